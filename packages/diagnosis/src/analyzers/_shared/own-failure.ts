import type { Subject } from '@headwater/core/subject.ts';
import { errorTemplates } from '../../logs/first-error.ts';
import { logClock, occurrenceOf } from '../../logs/freshness.ts';
import type { LogStream, LogTemplate } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { sharedConnectionError } from '../../topology/connection-errors.ts';
import { hostsIn } from '../../topology/host-references.ts';
import { containersOf, isGone } from './pods.ts';

const MIN_COUNT = 5;

/** The failure a running workload logs most, and goes on logging, that names nobody else; null when there is none. */
export function ownFailure(
  snapshot: Snapshot,
  subject: Subject,
): { readonly stream: LogStream; readonly template: LogTemplate } | null {
  const found = snapshot.owners.pods(subject).flatMap((pod) =>
    isGone(pod)
      ? []
      : containersOf(pod).flatMap(({ name }) => {
          const stream = snapshot.logs.get(pod.metadata.namespace ?? '', pod.metadata.name, name, false);
          return stream
            ? errorTemplates(stream).flatMap((template) =>
                isOwn(snapshot, stream, template) ? [{ stream, template }] : [],
              )
            : [];
        }),
  );
  return found.sort((left, right) => right.template.count - left.template.count)[0] ?? null;
}

function isOwn(snapshot: Snapshot, stream: LogStream, template: LogTemplate): boolean {
  const { text } = template.sample;
  if (sharedConnectionError(snapshot, text) || hostsIn(text).length > 0) return false;
  const occurrence = occurrenceOf(stream, [template], logClock(snapshot));
  return occurrence !== null && occurrence.state === 'persists' && occurrence.count >= MIN_COUNT;
}
