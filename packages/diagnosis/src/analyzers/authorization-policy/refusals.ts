import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeHit, type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { rootOf } from '../_shared/workloads.ts';

// The proxy's own words; an application's 403 reads otherwise.
const REFUSED = /RBAC: access denied|rbac_access_denied|authz_?denied/i;

const hits = perSnapshot((snapshot: Snapshot) =>
  Map.groupBy(
    logHits(snapshot, (line): LogMatch | null => (REFUSED.test(line) ? { key: 'refused' } : null), { atLeast: 1 }),
    ({ pod }) => subjectKey(rootOf(snapshot, pod)),
  ),
);

/** What shows that the mesh refuses requests from a caller to a target now: log lines of either end, rising 403 counts. */
export function refusalsBy(
  snapshot: Snapshot,
  { caller, target }: { caller: Subject; target: Subject },
): readonly Evidence[] {
  const logged: readonly LogHit<LogMatch>[] = [
    ...(hits(snapshot).get(subjectKey(caller)) ?? []),
    ...(hits(snapshot).get(subjectKey(target)) ?? []),
  ];
  const counted = snapshot.metrics
    .find('istio_requests_total', { response_code: '403', destination_workload: target.name })
    .filter(
      ({ labels, samples }) =>
        (labels['source_workload'] ?? caller.name) === caller.name &&
        (samples.at(-1)?.[1] ?? 0) > (samples[0]?.[1] ?? 0),
    );
  return [
    ...logged.slice(0, 2).flatMap((hit) => citeHit(hit).slice(0, 1)),
    ...counted.slice(0, 1).map((series) => citeSeries(series)),
  ];
}
