import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { EdgeContext } from './all.ts';

interface Placement {
  readonly component: Subject;
  readonly total: number;
  readonly byNode: ReadonlyMap<string, readonly ObjectOf<'Pod'>[]>;
}

/** Workload runs on the Nodes of its Pods, with the share of its Pods that each Node carries. */
export function addPlacementEdges({ components, pods, add }: EdgeContext): void {
  for (const { component, total, byNode } of placements({ components, pods })) {
    for (const [node, there] of byNode) {
      add({
        from: component,
        to: components.named('Node', null, node),
        relation: 'runs-on',
        share: there.length / total,
        cite: () => there.slice(0, 2).map((pod) => citeField(pod, 'spec.nodeName')),
      });
    }
  }
}

function placements({ components, pods }: Pick<EdgeContext, 'components' | 'pods'>): Iterable<Placement> {
  const found = new Map<Subject, { component: Subject; total: number; byNode: Map<string, ObjectOf<'Pod'>[]> }>();
  for (const pod of pods.list()) {
    const component = components.ofObject(pod);
    let placement = found.get(component);
    if (!placement) {
      placement = { component, total: 0, byNode: new Map() };
      found.set(component, placement);
    }
    placement.total++;
    const node = pod.spec?.nodeName;
    if (!node) continue;
    const there = placement.byNode.get(node);
    if (there) there.push(pod);
    else placement.byNode.set(node, [pod]);
  }
  return found.values();
}
