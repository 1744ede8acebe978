import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type FailedConnection, failedConnections } from './failed-connections.ts';

/** Lookups that fail now, one per workload. */
export interface FailedLookups {
  readonly callers: readonly Subject[];
  readonly examples: readonly FailedConnection[];
}

/** Workloads whose lookups get no answer at all. */
export function unansweredLookups(snapshot: Snapshot): FailedLookups {
  return lookups(failedConnections(snapshot).filter(({ error }) => error.mode === 'no-answer'));
}

/** Workloads that are told that an existing Service does not exist. */
export function deniedLookups(snapshot: Snapshot): FailedLookups {
  return lookups(
    failedConnections(snapshot).filter(
      ({ error, service }) =>
        error.mode === 'not-found' &&
        service &&
        snapshot.objects.get('Service', service.namespace, service.name) !== undefined,
    ),
  );
}

function lookups(failures: readonly FailedConnection[]): FailedLookups {
  const first = new Map<string, FailedConnection>();
  for (const failure of failures)
    if (!first.has(subjectKey(failure.caller))) first.set(subjectKey(failure.caller), failure);
  const examples = [...first.values()];
  return { examples, callers: examples.map(({ caller }) => caller) };
}
