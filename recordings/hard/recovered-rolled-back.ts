import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { rollBack } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';
import { servesWell } from './kit/healthy.ts';

/** A release failed, was taken back a quarter of an hour ago, and the alert has not been resolved yet. */
export const scenario: HardScenario = {
  slug: 'recovered-rolled-back',
  title: 'An alert still fires after somebody rolled back',
  theme: 'recovered',
  families: ['hard', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { orders } = app;
    const [at, back] = [scene.around('release', 36), scene.before(16)];
    releasedWell(plan, orders, at);
    rollBack(orders, back);
    servesWell(plan, [orders, app.frontend], (time) => (time >= at + 30_000 && time < back ? 0.38 : 0.001));
    highErrorRate(plan, orders, { since: at, percent: 38 });
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
