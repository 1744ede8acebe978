import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';

/** Three services fail one after the other; the first calls a managed database nobody measures, and no log was kept. */
export const scenario: HardScenario = {
  slug: 'unprovable-cascade-from-nowhere',
  title: 'Failures spread upwards from a service that has no reason of its own',
  theme: 'unprovable',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const at = scene.around('onset', 24);
    for (const [index, workload] of [app.catalog, app.orders, app.frontend].entries()) {
      const since = at + index * 120_000;
      servesWell(plan, [workload], (time) => (time >= since ? 0.6 - index * 0.1 : 0.001));
      highErrorRate(plan, workload, { since, percent: 60 - index * 10 });
    }
    plan.sources.logs = 'absent';
    return plan;
  },
  finish: (world) => ({ ...world, logs: [] }),
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
