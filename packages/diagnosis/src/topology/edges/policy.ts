import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EdgeContext } from './all.ts';

/** Workload restricted by the NetworkPolicies that select it. */
export function addPolicyEdges({ snapshot, templates, pods, components, add }: EdgeContext, namespace: string): void {
  for (const policy of snapshot.objects.within('NetworkPolicy', namespace)) {
    const selector = policy.spec?.podSelector ?? {};
    const cite = () => [citeField(policy, 'spec.podSelector')];
    for (const { component } of templates.match(namespace, selector)) {
      add({ from: component, to: subjectOf(policy), relation: 'restricted-by', cite });
    }
    for (const pod of pods.match(namespace, selector))
      add({ from: components.ofObject(pod), to: subjectOf(policy), relation: 'restricted-by', cite });
  }
}
