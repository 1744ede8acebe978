import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addJob } from '@headwater/testkit/world/job.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { container, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { finished } from '@headwater/testkit/world/pod-states/gone.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Fault } from '../../fault.ts';
import { addQuota, claimedIn, quotaFull, quotaIs, quotaName, refusedPods } from '../../kit/quota.ts';

export const fault: Fault = {
  code: 'Q03',
  name: 'pod count quota exceeded',
  lookAlikes: ['Q01', 'Q02', 'S11'],
  scenario: {
    slug: 'synthetic-quota-pods',
    title: 'A service does not get the pods it asks for',
    families: ['admission'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, namespace } = app;
      const at = scene.around('scaled', 25);
      // `pods` counts what runs; `count/pods` also what has finished and was never cleaned up.
      const left = resourceOf(scene) === 'count/pods' ? addImports(plan) : 0;
      const used = claimedIn(plan, namespace, 'pods') + left;
      const to = orders.replicas + scene.random.int('more', 1, 3);
      const hard = scene.repaired ? used + 10 : used;
      const resource = resourceOf(scene);
      refusedPods(plan, {
        workload: orders,
        at,
        from: orders.replicas,
        to,
        created: orders.replicas,
        answer: `exceeded quota: ${quotaName(scene)}, requested: ${resource}=1, used: ${resource}=${used}, limited: ${resource}=${hard}`,
      });
      const now = scene.repaired ? claimedIn(plan, namespace, 'pods') + left : used;
      addQuota(plan, {
        namespace,
        hard: { [resource]: String(hard), services: '40' },
        used: {
          [resource]: String(now),
          services: String(plan.services.filter((one) => one.namespace === namespace).length),
        },
        editedAt: scene.repaired ? scene.repairedAt : undefined,
      });
      quotaFull(plan, namespace, { resource, at });
      return plan;
    },
    expected: (scene) =>
      quotaIs(scene, 'pods', [{ category: 'node-pod-capacity' }, { category: 'limit-range' }, { kind: 'Node' }]),
  },
};

function resourceOf(scene: Scene): string {
  return scene.random.pick('resource', ['pods', 'pods', 'count/pods']);
}

/** Adds imports that have finished; how many. */
function addImports(plan: Plan): number {
  const { scene } = plan;
  const count = scene.random.int('imports', 3, 6);
  for (let index = 0; index < count; index++) {
    const at = scene.zero - (index + 2) * HOUR;
    const spec = podSpec([
      container('import', { image: `${scene.cast.registry}/import:1.3`, requests: { cpu: '100m', memory: '64Mi' } }),
    ]);
    addJob(plan, {
      namespace: scene.cast.namespace,
      name: `import-${scene.random.suffix(`import/${index}`, 5)}`,
      created: at,
      spec,
      result: 'complete',
      endedAt: at + 4 * MINUTE,
      tries: [{ at: at + 1_000, state: finished({ exitCode: 0, ran: 190 }) }],
    });
  }
  return count;
}
