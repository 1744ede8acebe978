import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { readField } from '../../snapshot/field.ts';

/** The replicas a workload wants and has ready, with the field paths that say so; null for kinds that count none. */
export function replicaCounts(
  object: KubeObject,
): { wanted: number; ready: number; wantedPath: string; readyPath: string } | null {
  const [wantedPath, readyPath] =
    object.kind === 'DaemonSet'
      ? ['status.desiredNumberScheduled', 'status.numberReady']
      : ['spec.replicas', 'status.readyReplicas'];
  if (wantedPath === undefined || readyPath === undefined) return null;
  const wanted = readField(object, wantedPath);
  if (typeof wanted !== 'number' || readField(object, 'status') === undefined) return null;
  // The API leaves a count of zero out.
  const ready = readField(object, readyPath) ?? 0;
  return typeof ready === 'number' ? { wanted, ready, wantedPath, readyPath } : null;
}

/** Whether a workload has fewer ready replicas than it wants; false when it does not say. */
export function isShort(object: KubeObject): boolean {
  const counts = replicaCounts(object);
  return counts !== null && counts.ready < counts.wanted;
}
