import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { lineMasker } from '@headwater/core/masking/mask.ts';
import type { LogStream } from '@headwater/diagnosis/snapshot/input.ts';
import type { LogArchive, LogLineBatch, Window } from '../ports/telemetry.ts';
import { lokiLabel, lokiLogs } from './loki-logs.ts';
import { asOutcome } from './refusals.ts';
import { literalPattern } from './label-pattern.ts';

export interface ArchiveRequest {
  readonly namespaces: readonly string[];
  /** Pods by name or prefix (ending in `-`), those that are gone too; null for the whole namespaces. */
  readonly pods: readonly string[] | null;
  /** Streams that were read from the nodes, which are nearer to the source. */
  readonly known: ReadonlySet<string>;
  readonly window: Window;
}

// What Loki answers at most in one go.
const LINES = 5_000;
const LINES_OF_OTHERS = 2_000;
const FAILURES = '(?i)error|exception|fatal|panic|fail|refused|denied|timeout|timed out';

/** Reads archived logs: of the incident's workloads everything, of others in their namespaces what reports a failure. */
export async function readArchive(
  archive: LogArchive | undefined,
  { namespaces, pods, known, window }: ArchiveRequest,
): Promise<{ logs: LogStream[]; gaps: Gap[] }> {
  if (!archive || namespaces.length === 0) return { logs: [], gaps: [] };
  const batches: LogLineBatch[] = [];
  for (const { query, limit } of queriesFor(await labelsOf(archive, window), namespaces, pods)) {
    const outcome = await asOutcome(archive.range(query, window, limit));
    if (outcome.state !== 'read')
      return { logs: [], gaps: [gapOf(`Archived logs could not be read: ${outcome.message}`)] };
    batches.push(...outcome.items);
  }
  const streams = batches.map(({ labels, lines }) => {
    const mask = lineMasker();
    return { labels, entries: lines.map(([time, line]) => [`${time}000000`, mask(line)] as const) };
  });
  return { logs: lokiLogs(streams, known, window.to), gaps: [] };
}

async function labelsOf(archive: LogArchive, window: Window): Promise<ReadonlySet<string> | null> {
  const found = archive.labels ? await asOutcome(archive.labels(window)) : null;
  return found?.state === 'read' && found.items.length > 0 ? new Set(found.items) : null;
}

function queriesFor(
  labels: ReadonlySet<string> | null,
  namespaces: readonly string[],
  pods: readonly string[] | null,
): { readonly query: string; readonly limit: number }[] {
  const [namespace, pod] = [lokiLabel('namespace', labels), lokiLabel('pod', labels)];
  // A store whose streams name no namespace is asked by Pod alone, and without either there is nothing to ask by.
  const within = namespace ? [`${namespace}=~"${namespaces.join('|')}"`] : [];
  const names =
    pods && pod
      ? `"${pods.map((name) => (name.endsWith('-') ? `${literalPattern(name.slice(0, -1))}(-.*)?` : literalPattern(name))).join('|')}"`
      : null;
  if (within.length === 0 && names === null) return [];
  if (names === null) return [{ query: `{${within.join(',')}}`, limit: LINES }];
  const near = { query: `{${[...within, `${pod}=~${names}`].join(',')}}`, limit: LINES };
  return within.length === 0
    ? [near]
    : [near, { query: `{${[...within, `${pod}!~${names}`].join(',')}} |~ "${FAILURES}"`, limit: LINES_OF_OTHERS }];
}

function gapOf(statement: string): Gap {
  return { source: 'log archive', statement, wouldShow: 'what Pods that are gone said' };
}
