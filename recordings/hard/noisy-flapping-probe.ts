import { DAY } from '@headwater/core/time.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell, touchy } from './kit/healthy.ts';

/** A probe with a timeout of one second misses once in a while, and has for days; the pods are ready. */
export const scenario: HardScenario = {
  slug: 'noisy-flapping-probe',
  title: 'A latency alert of a service whose probe flaps',
  theme: 'healthy-but-noisy',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    for (const workload of [app.orders, app.catalog]) {
      workload.pods = Array.from({ length: workload.replicas }, () => ({
        revision: 'current' as const,
        state: (frame) => {
          const well = running()(frame);
          const message = `Readiness probe failed: Get "http://${frame.ip}:${app.port}/ready": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
          const first = Math.max(frame.created + 60_000, scene.zero - 2 * DAY);
          const last = scene.before(scene.random.int(`flapped/${frame.uid}`, 6, 24));
          const event = { type: 'Warning', reason: 'Unhealthy', message, first, last, count: 61 } as const;
          return { ...well, events: [...well.events, podEvent(frame, event)] };
        },
      }));
    }
    servesWell(plan, [app.orders, app.catalog, app.frontend]);
    touchy(plan, app.orders, scene.around('fired', 14));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
