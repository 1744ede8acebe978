import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, steady, traffic, usage } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { harmlessEdit } from './kit/herrings.ts';

/** Requests take longer, the processor idles, the log is as always: something the service waits for is slow, and nobody measures it. */
export const scenario: HardScenario = {
  slug: 'unprovable-slow-outside',
  title: 'A service waits for something nobody measures',
  theme: 'unprovable',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { orders } = app;
    const at = scene.around('slow', 23);
    harmlessEdit(plan, app.frontend.name, at - 90_000);
    for (const pod of realise(plan, orders).pods) {
      const seconds = during(scene, at, {
        normal: steady(scene, `seconds/${pod.name}`, 0.05),
        faulty: steady(scene, `slow/${pod.name}`, 1.9),
      });
      addMetrics(
        plan,
        traffic(scene, pod, { rate: steady(scene, pod.name, 6), seconds }),
        usage(scene, pod, {
          cores: steady(scene, `cores/${pod.name}`, 0.05),
          bytes: steady(scene, `bytes/${pod.name}`, 98e6, 0.02),
        }),
      );
    }
    servesWell(plan, [app.catalog]);
    highLatency(plan, orders, { since: at, seconds: 1.9 });
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
