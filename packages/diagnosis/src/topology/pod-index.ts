import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { once } from '../snapshot/once.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Components } from './components.ts';
import { indexLabels, type LabelIndex } from './label-index.ts';

type PodObject = ObjectOf<'Pod'>;

/** Pods that are neither finished nor on their way out. */
export interface PodIndex extends LabelIndex<PodObject> {
  byIp(ip: string): PodObject | undefined;
  /** Live Pods of a component, by name. */
  ofComponent(subject: Subject): readonly PodObject[];
}

/** Indexes the live Pods. */
export function indexPods(snapshot: Snapshot, components: Components): PodIndex {
  const live = snapshot.objects.list('Pod').filter(isLive);
  const labels = indexLabels(live, ({ metadata }) => ({
    namespace: metadata.namespace ?? '',
    labels: metadata.labels ?? {},
  }));
  const byIp = once(() => addressesOf(live));
  // By vertex: equal ones are identical.
  const byComponent = new Map<Subject, PodObject[]>();
  for (const pod of live) {
    const component = components.ofObject(pod);
    const list = byComponent.get(component);
    if (list) list.push(pod);
    else byComponent.set(component, [pod]);
  }
  return {
    ...labels,
    byIp: (ip) => byIp().get(ip),
    ofComponent: (subject) => byComponent.get(components.of(subject)) ?? [],
  };
}

function addressesOf(pods: readonly PodObject[]): ReadonlyMap<string, PodObject> {
  const byIp = new Map<string, PodObject>();
  for (const pod of pods) {
    // Pods on the host network share their Node's address, which names none of them.
    if (pod.status?.podIP && !pod.spec?.hostNetwork) byIp.set(pod.status.podIP, pod);
  }
  return byIp;
}

/** Whether a Pod is neither finished nor on its way out. */
export function isLive(pod: PodObject): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  return pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';
}
