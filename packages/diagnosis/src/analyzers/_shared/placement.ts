import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { podsOn } from './node-pods.ts';
import { isGone } from './pods.ts';
import { rootOf } from './workloads.ts';

/** The Nodes on which the Pods of a workload run, by name, each with the number of its Pods there. */
export function nodesOf(snapshot: Snapshot, workload: Subject): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pod of snapshot.owners.pods(workload)) {
    const node = pod.spec?.nodeName;
    if (node && !isGone(pod)) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/** Whether more than half of a workload's Pods run on one Node. */
export function livesOn(snapshot: Snapshot, workload: Subject, node: string): boolean {
  const nodes = nodesOf(snapshot, workload);
  const total = [...nodes.values()].reduce((sum, count) => sum + count, 0);
  return (nodes.get(node) ?? 0) * 2 > total;
}

/** The Node on which most Pods of a workload run; null when they are spread or unknown. */
export function homeOf(snapshot: Snapshot, workload: Subject): string | null {
  return [...nodesOf(snapshot, workload).keys()].find((name) => livesOn(snapshot, workload, name)) ?? null;
}

/** The workloads that have Pods on a Node, each once, in order of their names. */
export function workloadsOn(snapshot: Snapshot, node: string): readonly Subject[] {
  const found = new Map<string, Subject>();
  for (const pod of podsOn(snapshot, node)) {
    if (isGone(pod)) continue;
    const root = rootOf(snapshot, pod);
    found.set(subjectKey(root), root);
  }
  return [...found.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, subject]) => subject);
}
