import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';
import { servesWell } from './kit/healthy.ts';
import { harmlessEdit } from './kit/herrings.ts';

/** Errors are measured and no log was kept; the only changes are of a service nobody calls and of a log level. */
export const scenario: HardScenario = {
  slug: 'unprovable-stranger-released',
  title: 'Errors rise right after a release of a service that is not involved',
  theme: 'unprovable',
  families: ['hard'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const at = scene.around('onset', 24);
    releasedWell(plan, app.extra, at - 120_000);
    harmlessEdit(plan, app.frontend.name, at - 60_000);
    servesWell(plan, [app.orders], (time) => (time >= at ? 0.36 : 0.001));
    servesWell(plan, [app.catalog, app.extra]);
    highErrorRate(plan, app.orders, { since: at, percent: 36 });
    plan.sources.logs = 'absent';
    return plan;
  },
  finish: (world) => ({ ...world, logs: [] }),
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
