import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { ContainerStatus } from '@headwater/contracts/kube/pod.ts';
import { HOUR, type Millis, parseTime } from '@headwater/core/time.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isWithin, RECENT } from './freshness.ts';
import type { ContainerView, PodObject } from './pods.ts';

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

/** How a container last ended. */
export interface Death {
  readonly how: Terminated;
  /** Field path of the terminated state, ready to cite. */
  readonly path: string;
  readonly at: Millis | null;
  /** True while the container has not been started again. */
  readonly down: boolean;
}

// A container that dies again and again lives about as long each time.
const OUTLIVED = 4;

const DOWN = new Set(['CrashLoopBackOff', 'RunContainerError', 'CreateContainerError', 'StartError']);

/** The last end of a container that was not a success; null when it never failed. */
export function lastDeath({ status, statusPath }: ContainerView): Death | null {
  const now = status?.state?.terminated;
  if (now) return now.exitCode === 0 ? null : death(now, `${statusPath}.state.terminated`, true);
  const before = status?.lastState?.terminated;
  if (!before || before.exitCode === 0) return null;
  return death(before, `${statusPath}.lastState.terminated`, DOWN.has(status?.state?.waiting?.reason ?? ''));
}

/** Whether a container's last end still matters: it is down, has just come back, or keeps dying. */
export function isOngoing(snapshot: Snapshot, { status }: ContainerView, { at, down, how }: Death): boolean {
  if (down) return true;
  const restarts = status?.restartCount ?? 0;
  if (at === null) return status?.ready !== true && restarts > 0;
  if (isWithin(snapshot, at, RECENT)) return true;
  if (restarts < 3 || !isWithin(snapshot, at, HOUR)) return false;
  // Well for much longer than it ever lasted before: whatever killed it is over.
  const born = parseTime(how.startedAt);
  return born === null || snapshot.now - at <= OUTLIVED * (at - born);
}

/** Whether a failed Pod of a Job was made good by a later Pod or run. */
export function isSuperseded(snapshot: Snapshot, pod: PodObject): boolean {
  const parent = snapshot.owners.parent(pod);
  if (parent?.kind !== 'Job')
    return pod.status?.phase === 'Failed' && parent !== undefined && !isLateRun(snapshot, pod);
  const job = snapshot.objects.get('Job', parent.namespace, parent.name);
  if (!job) return false;
  if (isComplete(job)) return true;
  const cron = snapshot.owners.parent(job);
  const started = parseTime(job.metadata.creationTimestamp) ?? 0;
  return (
    cron?.kind === 'CronJob' &&
    snapshot.owners
      .children(cron)
      .some(
        (sibling) =>
          sibling.kind === 'Job' &&
          (parseTime(sibling.metadata.creationTimestamp) ?? 0) > started &&
          isComplete(sibling),
      )
  );
}

// What replaces its Pods lets them restart; one that may not is a step of a workflow, which stays as it ended.
function isLateRun(snapshot: Snapshot, { spec, status }: PodObject): boolean {
  if (spec?.restartPolicy !== 'Never') return false;
  const ends = (status?.containerStatuses ?? []).map(({ state }) => parseTime(state?.terminated?.finishedAt));
  return ends.some((end) => isWithin(snapshot, end, RECENT));
}

function isComplete(job: KubeObject): boolean {
  return ['Complete', 'SuccessCriteriaMet'].some(
    (type) => readField(job, `status.conditions[type=${type}].status`) === 'True',
  );
}

function death(how: Terminated, path: string, down: boolean): Death {
  return { how, path, at: parseTime(how.finishedAt), down };
}
