import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Container, ContainerStatus, PodSpec } from '@headwater/contracts/kube/pod.ts';
import { perObject } from '../../snapshot/per-object.ts';

export type PodObject = ObjectOf<'Pod'>;

/** One container of a Pod with its spec, its status and the path of the status, ready to cite. */
export interface ContainerView {
  readonly name: string;
  readonly init: boolean;
  readonly spec: Container | undefined;
  readonly status: ContainerStatus | undefined;
  /** `status.containerStatuses[name=app]` */
  readonly statusPath: string;
  /** `spec.containers[name=app]` */
  readonly specPath: string;
}

/** The containers of a Pod, init containers first, joined with their statuses. */
export const containersOf = perObject((pod: PodObject): readonly ContainerView[] => [
  ...join(pod.spec?.initContainers, pod.status?.initContainerStatuses, true),
  ...join(pod.spec?.containers, pod.status?.containerStatuses, false),
]);

function join(
  specs: readonly Container[] | null | undefined,
  statuses: readonly ContainerStatus[] | null | undefined,
  init: boolean,
): ContainerView[] {
  if (!specs?.length && !statuses?.length) return [];
  const names = new Set([...(specs ?? []), ...(statuses ?? [])].map(({ name }) => name));
  return [...names].map((name) => ({
    name,
    init,
    spec: specs?.find((spec) => spec.name === name),
    status: statuses?.find((status) => status.name === name),
    statusPath: `status.${init ? 'initContainerStatuses' : 'containerStatuses'}[name=${name}]`,
    specPath: `spec.${init ? 'initContainers' : 'containers'}[name=${name}]`,
  }));
}

/** Whether a Pod is on its way out or done; its state says nothing about the workload any more. */
export function isGone(pod: PodObject): boolean {
  return Boolean(pod.metadata.deletionTimestamp) || pod.status?.phase === 'Succeeded';
}

/** Whether the Pod's Ready condition is True. */
export function isReady(pod: PodObject): boolean {
  return (pod.status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Every container of a pod spec, init containers included. */
export function allContainers(spec: PodSpec | null | undefined): readonly Container[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}
