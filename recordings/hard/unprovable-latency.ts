import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';
import { harmlessEdit } from './kit/herrings.ts';

/** Slow, says the alert; metrics and traces could not be read, and what can be read is well. Two changes of the hour tempt. */
export const scenario: HardScenario = {
  slug: 'unprovable-latency',
  title: 'A latency alert without metrics or traces',
  theme: 'unprovable',
  families: ['hard'],
  accepts: ['no-fault'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    releasedWell(plan, app.extra, scene.around('release', 35));
    harmlessEdit(plan, app.catalog.name, scene.around('edit', 31));
    highLatency(plan, app.orders, { since: scene.around('slow', 25), seconds: 4.2 });
    plan.sources.metrics = 'unreachable';
    plan.sources.traces = 'unreachable';
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
