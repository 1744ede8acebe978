import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, steady, traffic } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { idleChaos } from './kit/herrings.ts';

/** An experiment delayed a service for ten minutes and ended; the alert has not noticed yet. */
export const scenario: HardScenario = {
  slug: 'recovered-chaos',
  title: 'A latency alert of a delay that is over',
  theme: 'recovered',
  families: ['hard'],
  accepts: ['insufficient-evidence'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const [from, to] = [scene.before(31), scene.before(14)];
    idleChaos(plan, app.orders, from);
    for (const pod of realise(plan, app.orders).pods) {
      const normal = steady(scene, `seconds/${pod.name}`, 0.04);
      const seconds = (time: number): number => (time >= from && time < to ? 2.1 : normal(time));
      addMetrics(plan, traffic(scene, pod, { rate: steady(scene, pod.name, 6), seconds }));
    }
    servesWell(plan, [app.frontend]);
    highLatency(plan, app.orders, { since: from, seconds: 2.1 });
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
