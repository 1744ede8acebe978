import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isReady, type PodObject } from './pods.ts';
import { rootOf } from './workloads.ts';

export type NodeObject = ObjectOf<'Node'>;
type Condition = NonNullable<NonNullable<NodeObject['status']>['conditions']>[number];

const index = perSnapshot((snapshot) => {
  const byNode = new Map<string, PodObject[]>();
  for (const pod of snapshot.objects.list('Pod')) {
    const node = pod.spec?.nodeName;
    if (!node) continue;
    const pods = byNode.get(node);
    if (pods) pods.push(pod);
    else byNode.set(node, [pod]);
  }
  return byNode;
});

/** The Pods bound to a Node. */
export function podsOn(snapshot: Snapshot, node: string): readonly PodObject[] {
  return index(snapshot).get(node) ?? [];
}

/** A Node's condition of one type. */
export function nodeCondition(node: NodeObject, type: string): Condition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type);
}

/** Whether a Node's Ready condition is False or Unknown; a Node without the condition is not called down. */
export function isNodeDown(node: NodeObject | undefined): boolean {
  const status = node && nodeCondition(node, 'Ready')?.status;
  return status === 'False' || status === 'Unknown';
}

/** Whether a Pod sits on a Node that is down: its own state is then an effect, and stale. */
export function isOnDownNode(snapshot: Snapshot, pod: PodObject): boolean {
  return Boolean(pod.spec?.nodeName) && isNodeDown(snapshot.objects.get('Node', null, pod.spec?.nodeName ?? ''));
}

/** The workloads of Pods on a Node that are not ready, each once; at most `limit`. */
export function sufferingOn(snapshot: Snapshot, node: string, limit = 50): readonly Subject[] {
  const roots = new Map<string, Subject>();
  for (const pod of podsOn(snapshot, node)) {
    if (roots.size >= limit) break;
    if (pod.status?.phase === 'Succeeded' || isReady(pod)) continue;
    for (const subject of [rootOf(snapshot, pod), subjectOf(pod)]) roots.set(subjectKey(subject), subject);
  }
  return [...roots.values()];
}
