import { podNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { podEvent } from '@headwater/testkit/world/pod-states/parts.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { resolvedAt } from './kit/herrings.ts';

/** A pod waited for a node until the autoscaler brought one. */
export const scenario: HardScenario = {
  slug: 'recovered-autoscaled',
  title: 'A pod that was pending runs now',
  theme: 'recovered',
  families: ['hard', 'scheduling'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { orders } = app;
    const at = scene.around('waited', 51);
    const total = plan.nodes.length - 1;
    const waited: PodState = (frame) => {
      const well = running()(frame);
      const event = (reason: string, component: string, type: 'Normal' | 'Warning', message: string) =>
        podEvent(frame, { type, reason, message, component, first: at });
      return {
        ...well,
        events: [
          ...well.events,
          event(
            'FailedScheduling',
            'default-scheduler',
            'Warning',
            `0/${total} nodes are available: ${total} Insufficient cpu. preemption: 0/${total} nodes are available: ${total} No preemption victims found for incoming pod.`,
          ),
          event(
            'TriggeredScaleUp',
            'cluster-autoscaler',
            'Normal',
            `pod triggered scale-up: [{default-pool ${total}->${total + 1} (max: 8)}]`,
          ),
        ],
      };
    };
    orders.pods = [
      { revision: 'current', state: running() },
      { revision: 'current', state: waited, created: at },
    ];
    servesWell(plan, [orders]);
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podNotReady(plan, pod, at - 14 * 60_000);
    resolvedAt(plan, scene.before(31));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
