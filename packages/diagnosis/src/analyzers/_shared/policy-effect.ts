import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { FailureMode } from '../../topology/connection-errors.ts';
import { probesOf } from './connection-probes.ts';
import { failuresOf } from './failed-connections.ts';
import { citeHit } from './log-hits.ts';

// Policies mostly drop packets; a few network plugins answer with a reset or a refusal.
const DROPPED: ReadonlySet<FailureMode> = new Set([
  'timeout',
  'unreachable',
  'no-answer',
  'reset',
  'refused',
  'denied',
]);

/** What shows that a caller does not get through to a Service: its own log, or a prober's. */
export function blockedEvidence(snapshot: Snapshot, caller: Subject, service: Subject): readonly Evidence[] {
  const failures = failuresOf(snapshot, caller).filter(
    ({ service: target, error }) =>
      DROPPED.has(error.mode) && target?.name === service.name && target.namespace === service.namespace,
  );
  const probes = probesOf(snapshot, service).filter(({ up }) => !up);
  return [
    ...failures.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
    ...probes.slice(0, 1).map(({ series }) => citeSeries(series)),
  ];
}
