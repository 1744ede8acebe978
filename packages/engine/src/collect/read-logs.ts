import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { messageOf } from '@headwater/core/errors.ts';
import { lineMasker } from '@headwater/core/masking/mask.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import type { LogStream } from '@headwater/diagnosis/snapshot/input.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import { inParallel } from './in-parallel.ts';
import type { LogToRead } from './logs-to-read.ts';

const PARALLEL_LOGS = 8;
const TAIL_LINES = 5_000;
const LIMIT_BYTES = 4 * 1024 * 1024;
const STATES: Readonly<Record<string, string>> = { forbidden: 'may not be read', broken: 'were not read to their end' };

/** Reads container logs through the digester; what was refused is one gap per state, not one per container. */
export async function readLogs(
  cluster: ClusterReader,
  wanted: readonly LogToRead[],
  window: { since: number | null; signal?: AbortSignal | undefined },
): Promise<{ logs: LogStream[]; gaps: Gap[] }> {
  const refused = new Map<string, string[]>();
  const refuse = (state: string, { namespace, pod, container }: LogToRead, message: string): void => {
    refused.set(state, [...(refused.get(state) ?? []), `${namespace}/${pod}/${container}: ${message}`]);
  };
  const streams = await inParallel(wanted, PARALLEL_LOGS, async (stream): Promise<LogStream | null> => {
    const outcome = await cluster.logs({
      ...stream,
      tailLines: TAIL_LINES,
      since: window.since,
      limitBytes: LIMIT_BYTES,
      signal: window.signal,
    });
    if (outcome.state === 'absent') return null;
    if (outcome.state !== 'read') {
      refuse(outcome.state, stream, outcome.message);
      return null;
    }
    const digester = new LogDigester(stream);
    // Here, where lines still stand in their order: a private key is many lines, and none of them alone looks like one.
    const mask = lineMasker();
    try {
      for await (const line of outcome.lines) digester.push(mask(line));
    } catch (error) {
      // What came before the connection broke is still worth reading.
      refuse('broken', stream, messageOf(error));
    }
    return digester.finish();
  });
  const gaps = [...refused].map(([state, which]) => ({
    source: 'logs',
    statement: `${which.length} container logs ${STATES[state] ?? 'could not be read'}, first ${which[0]}`,
    wouldShow: 'what those containers said',
  }));
  return { logs: streams.filter((stream) => stream !== null), gaps };
}
