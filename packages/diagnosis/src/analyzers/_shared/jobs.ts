import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { parseTime } from '@headwater/core/time.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { containersOf, type ContainerView, type PodObject } from './pods.ts';

export type Job = ObjectOf<'Job'>;
export type CronJob = ObjectOf<'CronJob'>;

/** A true condition of a Job. */
export function jobCondition(job: Job, ...types: readonly string[]) {
  return (job.status?.conditions ?? []).find(({ type, status }) => types.includes(type ?? '') && status === 'True');
}

/** Whether a Job has ended, well or badly. */
export function hasEnded(job: Job): boolean {
  return (
    Boolean(job.status?.completionTime) ||
    jobCondition(job, 'Complete', 'SuccessCriteriaMet', 'Failed', 'FailureTarget') !== undefined
  );
}

/** Whether a Job has ended well. */
export function hasSucceeded(job: Job): boolean {
  return (
    jobCondition(job, 'Complete', 'SuccessCriteriaMet') !== undefined ||
    (Boolean(job.status?.completionTime) && !jobCondition(job, 'Failed', 'FailureTarget'))
  );
}

/** The Jobs of a CronJob, newest first. */
export function jobsOf(snapshot: Snapshot, cron: CronJob): readonly Job[] {
  return snapshot.owners
    .children(subjectOf(cron))
    .flatMap((child) => snapshot.objects.get('Job', child.metadata.namespace, child.metadata.name) ?? [])
    .sort((left, right) => startOf(right) - startOf(left));
}

/** When a Job began, 0 when that is not said. */
export function startOf(job: Job): number {
  return parseTime(job.status?.startTime) ?? parseTime(job.metadata.creationTimestamp) ?? 0;
}

/** A Pod of a Job whose work is done while another of its containers runs on. */
export interface AliveSidecar {
  readonly pod: PodObject;
  readonly done: ContainerView;
  readonly alive: ContainerView;
}

/** The Pod that a sidecar keeps from completing; null when the Job waits for nothing or for its real work. */
export function aliveSidecar(snapshot: Snapshot, job: Job): AliveSidecar | null {
  if (hasEnded(job)) return null;
  for (const pod of snapshot.owners.pods(subjectOf(job))) {
    const main = containersOf(pod).filter(({ init }) => !init);
    const done = main.find(({ status }) => status?.state?.terminated?.exitCode === 0);
    const alive = main.find(({ status }) => status?.state?.running);
    if (pod.status?.phase === 'Running' && done && alive) return { pod, done, alive };
  }
  return null;
}
