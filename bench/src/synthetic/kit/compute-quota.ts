import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Scenario } from '../../../../recordings/scenario.ts';
import { addQuota, claimedIn, perPod, quotaFull, quotaIs, quotaName, refusedPods } from './quota.ts';

/** A quota of CPU or memory that leaves no room for one more pod of a service. */
export function computeQuota(resources: readonly string[]): Scenario {
  const resourceOf = (scene: Scene): string => scene.random.pick('resource', resources);
  return {
    slug: `synthetic-quota-${resources[0]?.split('.')[1]}`,
    title: 'A service has fewer pods than it should, none is pending',
    families: ['admission'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, namespace } = app;
      const resource = resourceOf(scene);
      const [part = '', name = ''] = resource.split('.');
      const unit = name === 'cpu' ? 'm' : 'Mi';
      const own = perPod(orders, part, name);
      const used = claimedIn(plan, namespace, resource);
      const at = scene.around('scaled', 24);
      const room = scene.random.int('room', 0, Math.max(0, own - 10));
      const to = orders.replicas + scene.random.int('more', 1, 3);
      const hard = used + (scene.repaired ? 8 * own : room);
      const editedAt = scene.repaired
        ? scene.repairedAt
        : scene.random.chance('lowered', 0.4)
          ? at - 30 * 60_000
          : undefined;
      refusedPods(plan, {
        workload: orders,
        at,
        from: orders.replicas,
        to,
        created: orders.replicas,
        answer: `exceeded quota: ${quotaName(scene)}, requested: ${resource}=${own}${unit}, used: ${resource}=${used}${unit}, limited: ${resource}=${hard}${unit}`,
      });
      const now = scene.repaired ? claimedIn(plan, namespace, resource) : used;
      addQuota(plan, {
        namespace,
        hard: { pods: '60', [resource]: `${hard}${unit}` },
        used: { pods: String(claimedIn(plan, namespace, 'pods')), [resource]: `${now}${unit}` },
        editedAt,
      });
      quotaFull(plan, namespace, { resource, at });
      return plan;
    },
    expected: (scene) =>
      quotaIs(scene, resourceOf(scene), [
        { category: 'limit-range' },
        { category: 'insufficient-cpu' },
        { category: 'rollout-stuck' },
        { kind: 'Node' },
      ]),
  };
}
