import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';

/** Somebody deleted the crashing pods; the new ones run. Why the old ones crashed went with them. */
export const scenario: HardScenario = {
  slug: 'gone-pods-replaced',
  title: 'An alert on crashes, and pods that are a few minutes old and well',
  theme: 'evidence-gone',
  families: ['hard'],
  accepts: ['no-fault'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { orders } = app;
    allPods(orders, running(), { created: scene.before(4) });
    servesWell(plan, [orders]);
    for (const pod of realise(plan, orders).pods) podCrashLooping(plan, pod, scene.before(31));
    const former = plan.alerts.map((alert) => ({
      ...alert,
      labels: { ...alert.labels, pod: `${alert.labels['pod']?.slice(0, -5)}${scene.random.suffix('gone', 5)}` },
    }));
    plan.alerts.splice(0, plan.alerts.length, ...former.map((alert) => ({ ...alert, startsAt: scene.before(16) })));
    plan.forbiddenKinds.push('Event');
    return plan;
  },
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
