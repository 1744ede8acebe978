import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { Change, FieldChange } from '../../changes/change.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import { activeShift, type Shift } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { significant } from '../../metrics/units.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

// Busy and most, as the usual servers and pools export them.
const POOLS: readonly (readonly [busy: string, most: string])[] = [
  ['tomcat_threads_busy_threads', 'tomcat_threads_config_max_threads'],
  ['jetty_threads_busy', 'jetty_threads_config_max'],
  ['executor_active_threads', 'executor_pool_max_threads'],
  ['hikaricp_connections_active', 'hikaricp_connections_max'],
  ['phpfpm_active_processes', 'phpfpm_max_active_processes'],
  ['gunicorn_workers_busy', 'gunicorn_workers'],
];

/** A pool of a workload whose workers are all busy now, in words with what grounds them; null when none is. */
export function busyWorkers(
  snapshot: Snapshot,
  subject: Subject,
): { readonly words: string; readonly evidence: readonly Evidence[] } | null {
  const names = namesOf(snapshot);
  const isOf = (labels: Readonly<Record<string, string>>): boolean => {
    const place = placeOf(labels, 'pod', names);
    return place !== null && subjectKey(place.subject) === subjectKey(subject);
  };
  for (const [busyName, mostName] of POOLS) {
    for (const busy of snapshot.metrics.find(busyName)) {
      if (!isOf(busy.labels)) continue;
      const most = snapshot.metrics
        .find(mostName)
        .find(
          ({ labels }) =>
            isOf(labels) && labels['pod'] === busy.labels['pod'] && labels['name'] === busy.labels['name'],
        );
      const [used, limit] = [busy.samples.at(-1)?.[1] ?? 0, most?.samples.at(-1)?.[1] ?? 0];
      if (!most || limit <= 0 || used < limit) continue;
      return {
        words: `; \`${significant(used)}\` of \`${significant(limit)}\` are busy`,
        evidence: [citeSeries(busy), citeSeries(most)],
      };
    }
  }
  return null;
}

/** A workload that waits for workers since a rollout gave it fewer. */
export interface ShrunkPool {
  readonly subject: Subject;
  readonly change: Change;
  readonly field: FieldChange & { readonly before: string; readonly after: string };
  readonly slow: Shift;
  readonly cpu: Signal | undefined;
}

const SIZE = /worker|thread|concurrency|pool|max_?children|processes/i;
const WINDOW = 15 * MINUTE;

/** Workloads that are slower, at no more CPU, since a rollout at least halved a setting that counts workers. */
export function shrunkPools(snapshot: Snapshot): readonly ShrunkPool[] {
  return signalsOf(snapshot)
    .all('latency')
    .flatMap(({ subject }): ShrunkPool[] => {
      const slow = activeShift(snapshot, 'latency', subject, 'up');
      if (!slow || slow.ratio < 1.5 || activeShift(snapshot, 'cpu', subject, 'up')) return [];
      const change = snapshot.changes
        .of(subject)
        .findLast(({ time, diff }) => Math.abs(slow.onset - time) <= WINDOW && diff.some(isSmaller));
      const field = change?.diff.find(isSmaller);
      return change && field ? [{ subject, change, field, slow, cpu: signalsOf(snapshot).of('cpu', subject) }] : [];
    });
}

function isSmaller(field: FieldChange): field is ShrunkPool['field'] {
  const { path, before, after } = field;
  if (!SIZE.test(path) || !/\.env\[|\.args|\.data/.test(path)) return false;
  if (after === undefined || !/^\d+$/.test(after)) return false;
  return before !== undefined && /^\d+$/.test(before) && Number(after) * 2 <= Number(before);
}
