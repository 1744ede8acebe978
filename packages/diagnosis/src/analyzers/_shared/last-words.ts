import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeLog } from '../../evidence/cite.ts';
import { lastError } from '../../logs/first-error.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PodObject } from './pods.ts';

/** The line that says best why a container ended or waits: its last error, else its last line; none when no log was read. */
export function citeLastWords(snapshot: Snapshot, pod: PodObject, container: string): readonly Evidence[] {
  const { namespace, name } = pod.metadata;
  for (const previous of [false, true]) {
    const stream = snapshot.logs.get(namespace ?? '', name, container, previous);
    const line = stream && (lastError(stream)?.line ?? stream.lines.findLast(({ text }) => text.trim() !== ''));
    if (stream && line) return [citeLog(stream, line)];
  }
  return [];
}
