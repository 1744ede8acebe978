import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { ContainerStatus } from '@headwater/contracts/kube/pod.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isReady, type PodObject } from './pods.ts';

/**
 * Pods of which anything is left to ask: all but those that are placed, run, are Ready, stay, and whose containers have never
 * ended or waited. Whoever looks for a state that such a Pod cannot be in need not walk the thousands that are well.
 */
export function unsettledPods(snapshot: Snapshot): readonly PodObject[] {
  return noted(snapshot).unsettled;
}

/** Pods that mount a claim, one of their own included. */
export function claimingPods(snapshot: Snapshot): readonly PodObject[] {
  return noted(snapshot).claiming;
}

const noted = perSnapshot(({ objects }: Snapshot) => {
  const unsettled: PodObject[] = [];
  const claiming: PodObject[] = [];
  for (const pod of objects.list('Pod')) {
    const { settled, claims } = reading(pod);
    if (!settled) unsettled.push(pod);
    if (claims) claiming.push(pod);
  }
  return { unsettled, claiming };
});

/** Whatever owns a Pod of which anything is left to ask, at any height. */
export const ownersOfUnsettledPods = perSnapshot((snapshot): ReadonlySet<KubeObject> => {
  const chains = unsettledPods(snapshot).flatMap((pod) => snapshot.owners.chain(subjectOf(pod)));
  return new Set(chains.flatMap((owner) => snapshot.objects.find(owner) ?? []));
});

const SETTLED = { settled: true, claims: false };
const UNSETTLED = { settled: false, claims: false };
const reading = perObject((pod: PodObject) => {
  const traits = isSettled(pod) ? SETTLED : UNSETTLED;
  return mountsClaim(pod) ? { ...traits, claims: true } : traits;
});

function mountsClaim({ spec }: PodObject): boolean {
  return (spec?.volumes ?? []).some((volume) => volume.persistentVolumeClaim || volume['ephemeral']);
}

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
