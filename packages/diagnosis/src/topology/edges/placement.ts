import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { citeField } from '../../evidence/cite.ts';
import type { EdgeContext } from './all.ts';

/** Workload runs on the Nodes of its Pods, with the share of its Pods that each Node carries. */
export function addPlacementEdges({ components, pods, add }: EdgeContext, namespace: string): void {
  const placed = new Set(pods.list(namespace).map((pod) => components.ofObject(pod)));
  for (const component of placed) {
    const all = pods.ofComponent(component);
    for (const [node, there] of Map.groupBy(all, nodeOf)) {
      if (!node) continue;
      add({
        from: component,
        to: components.named('Node', null, node),
        relation: 'runs-on',
        share: there.length / all.length,
        cite: () => there.slice(0, 2).map((pod) => citeField(pod, 'spec.nodeName')),
      });
    }
  }
}

function nodeOf({ spec }: ObjectOf<'Pod'>): string {
  return spec?.nodeName ?? '';
}
