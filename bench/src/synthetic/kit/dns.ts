import type { Millis } from '@headwater/core/time.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { Base } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { calleeOf, callFailed, type Failure } from './runtime-errors.ts';

/** Lets callers of two namespaces complain that names do not resolve. */
export function lookupsFail(base: Base, at: Millis, failure: Failure): readonly Workload[] {
  const { plan, app, bystanders, scene } = base;
  const pairs = [
    [app.orders, app.catalog],
    [app.frontend, app.orders],
    [bystanders.other, app.catalog],
  ] as const;
  for (const [index, [caller, target]] of pairs.entries()) {
    const callee = calleeOf(plan, target, app.port, '/api');
    const named =
      caller.namespace === target.namespace ? callee : { ...callee, host: `${target.name}.${target.namespace}` };
    complaining(plan, caller, {
      complaints: [
        { since: at + (4 + index * 5) * SECOND, every: 40, say: callFailed(scene, caller, { callee: named, failure }) },
      ],
    });
  }
  return pairs.map(([caller]) => caller);
}

/** Replaces CoreDNS' configuration by one somebody edited. */
export function editCorefile(
  plan: Plan,
  edit: { readonly at: Millis; readonly text: string; readonly manager?: string },
): void {
  const { scene } = plan;
  const index = plan.objects.findIndex(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'coredns' && metadata.namespace === 'kube-system',
  );
  plan.objects[index] = configMap(scene, {
    namespace: 'kube-system',
    name: 'coredns',
    data: { Corefile: edit.text },
    created: daysBefore(scene, 120),
    manager: 'kubeadm',
    edited: { at: edit.at, manager: edit.manager ?? 'kubectl-edit', keys: ['Corefile'] },
  });
}
