import { DAY } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { evicted } from '@headwater/testkit/world/pod-states/gone.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodPlan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** Restart counts of weeks, and pods evicted days ago that nobody has deleted. */
export const scenario: HardScenario = {
  slug: 'noisy-old-restarts',
  title: 'A latency alert of a service with forty restarts and evicted pods in its list',
  theme: 'healthy-but-noisy',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const restarted = { at: scene.zero - 1.2 * DAY, exitCode: 137, reason: 'OOMKilled', restarts: 41 };
    const { orders } = app;
    const name = mainContainer(orders.spec).name;
    const message = `The node was low on resource: memory. Threshold quantity: 100Mi, available: 84320Ki. Container ${name} was using 412Mi, request is 128Mi, has larger consumption of memory. `;
    const old = (salt: string): PodPlan => ({
      revision: 'current',
      salt,
      created: scene.zero - 1.5 * DAY,
      state: evicted({ at: scene.zero - 1.3 * DAY, message }),
    });
    orders.pods = [
      ...Array.from({ length: orders.replicas }, () => ({
        revision: 'current' as const,
        created: scene.zero - 1.9 * DAY,
        state: running({ restarted }),
      })),
      old('a'),
      old('b'),
    ];
    servesWell(plan, [app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 13));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
