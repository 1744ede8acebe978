import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { compareText } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

type ReplicaSetObject = ObjectOf<'ReplicaSet'>;

/** The ReplicaSets of a Deployment, newest revision first. */
export function revisionsOf(snapshot: Snapshot, deployment: Subject): readonly ReplicaSetObject[] {
  return snapshot.owners
    .children(deployment)
    .filter((child): child is ReplicaSetObject => child.kind === 'ReplicaSet')
    .sort((left, right) => revision(right) - revision(left) || compareText(right.metadata.name, left.metadata.name));
}

/** The revision of a Deployment before the current one; undefined when history does not show one. */
export function previousRevision(snapshot: Snapshot, workload: Subject): ReplicaSetObject | undefined {
  return workload.kind === 'Deployment' ? revisionsOf(snapshot, workload)[1] : undefined;
}

function revision(object: KubeObject): number {
  const number = Number(object.metadata.annotations?.['deployment.kubernetes.io/revision']);
  return Number.isFinite(number) && number > 0 ? number : (parseTime(object.metadata.creationTimestamp) ?? 0) / 1e13;
}
