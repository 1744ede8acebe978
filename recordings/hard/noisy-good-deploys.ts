import { basePlan } from '@headwater/testkit/world/base.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';
import { servesWell, touchy } from './kit/healthy.ts';
import { harmlessEdit } from './kit/herrings.ts';

/** Three releases within the hour, all of them well; each pod's readiness probe failed while it started, as it must. */
export const scenario: HardScenario = {
  slug: 'noisy-good-deploys',
  title: 'A latency alert on a busy release day',
  theme: 'healthy-but-noisy',
  families: ['hard', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    for (const [index, workload] of [app.orders, app.catalog, app.frontend].entries()) {
      releasedWell(plan, workload, scene.before(12 + 9 * index));
      allPods(workload, (frame) => {
        const well = running({ readyAfter: 21 })(frame);
        const message = `Readiness probe failed: Get "http://${frame.ip}:${app.port}/ready": dial tcp ${frame.ip}:${app.port}: connect: connection refused`;
        const first = frame.created + 10_000;
        const event = { type: 'Warning', reason: 'Unhealthy', message, first, last: first + 10_000, count: 3 } as const;
        return { ...well, events: [...well.events, podEvent(frame, event)] };
      });
    }
    harmlessEdit(plan, app.frontend.name, scene.before(26));
    servesWell(plan, [app.orders, app.catalog, app.frontend]);
    touchy(plan, app.frontend, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
