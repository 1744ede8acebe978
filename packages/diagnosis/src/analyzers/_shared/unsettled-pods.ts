import type { ContainerStatus } from '@headwater/contracts/kube/pod.ts';
import { perObject } from '../../snapshot/per-object.ts';
import { perSnapshot } from './memo.ts';
import { isReady, type PodObject } from './pods.ts';

/**
 * Pods of which anything is left to ask: all but those that are placed, run, are Ready, stay, and whose containers have never
 * ended or waited. Whoever looks for a state that such a Pod cannot be in need not walk the thousands that are well.
 */
export const unsettledPods = perSnapshot((snapshot): readonly PodObject[] =>
  snapshot.objects.list('Pod').filter((pod) => reading(pod) === UNSETTLED),
);

const SETTLED = { settled: true };
const UNSETTLED = { settled: false };

const reading = perObject((pod: PodObject) => (isSettled(pod) ? SETTLED : UNSETTLED));

function isSettled(pod: PodObject): boolean {
  const { metadata, spec, status } = pod;
  if (metadata.deletionTimestamp || status?.phase !== 'Running' || !spec?.nodeName || !isReady(pod)) return false;
  return (
    (status.containerStatuses ?? []).every(isUp) &&
    (status.initContainerStatuses ?? []).every((container) => isUp(container) || isDone(container))
  );
}

function isUp(container: ContainerStatus): boolean {
  const { state, ready } = container;
  return ready === true && Boolean(state?.running) && !state?.waiting && !state?.terminated && isFirstRun(container);
}

function isDone(container: ContainerStatus): boolean {
  const { state } = container;
  const ended = state?.terminated;
  return ended?.exitCode === 0 && !ended.message && !state?.running && !state?.waiting && isFirstRun(container);
}

function isFirstRun({ restartCount, lastState }: ContainerStatus): boolean {
  return !restartCount && !lastState?.terminated && !lastState?.waiting && !lastState?.running;
}
