import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { HOUR, type Millis, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Signal } from '../../metrics/signal.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { claimNames } from '../_shared/claims.ts';
import type { PodObject } from '../_shared/pods.ts';
import { rootOf } from '../_shared/workloads.ts';

/** A Job that writes to a volume beside whoever lives on it. */
export interface FillingJob {
  readonly root: Subject;
  readonly pod: PodObject;
  readonly evidence: readonly Evidence[];
}

// A run of longer ago would have filled the volume long ago.
const RECENT_RUN = 3 * HOUR;
// A volume as full as this before the run was not filled by it.
const FULL_BEFORE = 0.9;

/** The Job or CronJob whose run began before a volume was full and mounts it; undefined when there is none. */
export function fillingJob(snapshot: Snapshot, claim: Subject, signal?: Signal): FillingJob | undefined {
  const runs = snapshot.objects.list('Pod', claim.namespace).flatMap((pod): FillingJob[] => {
    const root = rootOf(snapshot, pod);
    const began = parseTime(pod.metadata.creationTimestamp);
    if ((root.kind !== 'Job' && root.kind !== 'CronJob') || began === null) return [];
    if (snapshot.now - began > RECENT_RUN || !claimNames(pod.spec, pod.metadata.name).includes(claim.name)) return [];
    if (signal && levelAt(signal, began) >= FULL_BEFORE) return [];
    const volume = (pod.spec?.volumes ?? []).find((one) => one.persistentVolumeClaim?.claimName === claim.name);
    return [
      {
        root,
        pod,
        evidence: [
          citeField(pod, `spec.volumes[name=${volume?.name ?? ''}]`),
          citeField(pod, 'metadata.creationTimestamp'),
        ],
      },
    ];
  });
  return runs.at(-1);
}

/** What is said of it after the volume's own statement. */
export function saidOf(job: FillingJob | undefined): string {
  if (!job) return '';
  return `; ${formatSubject(job.root)} writes to it as well, in ${formatSubject(subjectOf(job.pod))}, which began before`;
}

function levelAt({ samples }: Signal, time: Millis): number {
  return samples.findLast(([at]) => at <= time)?.[1] ?? 0;
}
