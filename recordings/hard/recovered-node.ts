import { nodeNotReady } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { aboutNode } from '@headwater/testkit/world/node.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { resolvedAt } from './kit/herrings.ts';

/** A node was not ready for six minutes and has been well for half an hour. */
export const scenario: HardScenario = {
  slug: 'recovered-node',
  title: 'A node that was away is back',
  theme: 'recovered',
  families: ['hard', 'node'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const node = plan.nodes.at(-1);
    if (!node) throw new Error('a node is needed');
    const back = scene.before(33);
    node.conditions['Ready'] = {
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      since: back,
    };
    const event = (reason: string, first: number, type: 'Normal' | 'Warning', message: string): void => {
      plan.events.push({
        about: aboutNode(node),
        type,
        reason,
        message,
        component: 'node-controller',
        count: 1,
        first,
        last: first,
      });
    };
    event('NodeNotReady', scene.before(39), 'Normal', `Node ${node.name} status is now: NodeNotReady`);
    event('NodeReady', back, 'Normal', `Node ${node.name} status is now: NodeReady`);
    servesWell(plan, [app.orders, app.frontend]);
    nodeNotReady(plan, node, scene.before(39) - 15 * 60_000);
    resolvedAt(plan, scene.before(29));
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
