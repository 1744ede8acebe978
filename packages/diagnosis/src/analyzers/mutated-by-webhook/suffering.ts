import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isOngoing, lastDeath } from '../_shared/container-death.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { containersOf, isReady, type PodObject } from '../_shared/pods.ts';

/** Whether a Pod is in trouble now: not ready although placed on a Node that works, or with a container that keeps dying. */
export function isSuffering(snapshot: Snapshot, pod: PodObject): boolean {
  if (isOnDownNode(snapshot, pod)) return false;
  const dies = containersOf(pod).some((view) => {
    const death = lastDeath(view);
    return death !== null && isOngoing(snapshot, view, death);
  });
  return dies || (Boolean(pod.spec?.nodeName) && !isReady(pod));
}
