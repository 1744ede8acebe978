import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { resolvedAt } from './kit/herrings.ts';

/** Errors rose and fell again; the log of that time is rotated away, and nothing else remembers. */
export const scenario: HardScenario = {
  slug: 'gone-logs-rotated',
  title: 'A quarter of an hour of errors that is over, with logs of the last minutes only',
  theme: 'evidence-gone',
  families: ['hard'],
  accepts: ['insufficient-evidence'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const [from, to] = [scene.before(39), scene.before(22)];
    servesWell(plan, [app.orders], (time) => (time >= from && time < to ? 0.43 : 0.001));
    servesWell(plan, [app.frontend]);
    highErrorRate(plan, app.orders, { since: from, percent: 43 });
    resolvedAt(plan, scene.before(18));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
