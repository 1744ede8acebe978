import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Json } from '@headwater/testkit/world/json.ts';
import { renderNode } from '@headwater/testkit/world/node.ts';
import type { NodePlan, Plan } from '@headwater/testkit/world/plan.ts';
import { container, mainContainer, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { unschedulableOn } from '@headwater/testkit/world/scheduling.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, victimOf } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S11-gpu',
  name: 'extended resource missing',
  lookAlikes: ['S01', 'S02', 'S05', 'S11'],
  scenario: {
    slug: 'synthetic-gpu',
    title: 'A service that got an accelerated version does not start',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const workload = victimOf(app, plan);
      const device = deviceOf(scene);
      const owner = scene.random.chance('all-taken', 0.5)
        ? plan.nodes.find(({ controlPlane }) => !controlPlane)
        : undefined;
      if (owner) takeAll(plan, owner, device);
      pendingRollout(plan, app, {
        workload,
        at: scene.around('rollout', 35),
        state: unschedulableOn(plan, () => ({ words: `Insufficient ${device}`, preemptable: owner !== undefined })),
        edit: (spec) => {
          const { resources } = mainContainer(spec);
          resources.requests = { ...resources.requests, [device]: '1' };
          resources.limits = { ...resources.limits, [device]: '1' };
        },
      });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const name = random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]);
      return causeIs({
        causes: [{ kind: 'Deployment', namespace: cast.namespace, name }],
        category: ['insufficient-extended-resource'],
        keywords: [[deviceOf(scene)]],
        not: [{ kind: 'Node' }, { category: 'insufficient-cpu' }, { category: 'node-selector-mismatch' }],
      });
    },
  },
};

function deviceOf(scene: Scene): string {
  return scene.random.pick('device', [
    'nvidia.com/gpu',
    'amd.com/gpu',
    'nvidia.com/mig-1g.5gb',
    'smarter-devices/fuse',
  ]);
}

// One node has two devices, and another team's pods hold both.
function takeAll(plan: Plan, node: NodePlan, device: string): void {
  const { cast } = plan.scene;
  const { status } = renderNode(plan, node)[0] as { status?: Json };
  const amounts = (field: string): Json => ({ ...(status?.[field] as Json), [device]: '2' });
  node.extra = { status: { ...status, allocatable: amounts('allocatable'), capacity: amounts('capacity') } };
  const trainer = container('trainer', {
    image: `${cast.registry}/trainer:4.1.0`,
    requests: { cpu: '200m', memory: '512Mi', [device]: '1' },
    limits: { memory: '1Gi', [device]: '1' },
  });
  const holder = addWorkload(plan, cast.otherNamespace, 'trainer', { replicas: 2, spec: podSpec([trainer]) });
  holder.pods = [0, 1].map(() => ({ revision: 'current', state: running(), node: node.name }));
}
