import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodTemplate } from '@headwater/contracts/kube/pod.ts';
import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type Workload = ObjectOf<'Deployment'> | ObjectOf<'StatefulSet'> | ObjectOf<'DaemonSet'>;

/** Deployments, StatefulSets and DaemonSets in canonical order. */
export function workloads(snapshot: Snapshot): readonly Workload[] {
  return WORKLOAD_KINDS.flatMap((kind): readonly Workload[] => snapshot.objects.list(kind));
}

/** The pod template a workload of any kind carries: Deployment, Job, or the Job template of a CronJob. */
export function templateOf(object: KubeObject): PodTemplate | undefined {
  const { spec } = object as ObjectOf<'Deployment'> & ObjectOf<'CronJob'>;
  return spec?.template ?? spec?.jobTemplate?.spec?.template ?? undefined;
}

/** The field path of a workload's pod template, for citations: `spec.template` or the CronJob's longer one. */
export function templatePath(object: KubeObject): string {
  return object.kind === 'CronJob' ? 'spec.jobTemplate.spec.template' : 'spec.template';
}

/** The object whose template made a Pod, when it was read; else the Pod itself. */
export function rootObject(snapshot: Snapshot, object: KubeObject): KubeObject {
  return snapshot.objects.find(snapshot.owners.rootOf(object)) ?? object;
}

/** The subject to blame for what a Pod's template says: the top of its owner chain. */
export function rootOf(snapshot: Snapshot, object: KubeObject): Subject {
  return snapshot.owners.rootOf(object);
}
