import { basePlan } from '@headwater/testkit/world/base.ts';
import { ignored } from '@headwater/testkit/world/pod-states/pending.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, victimOf } from '../../kit/pending.ts';

const GATES = ['kueue.x-k8s.io/admission', 'example.com/quota-approval', 'networking.example.com/ip-reserved'];

export const fault: Fault = {
  code: 'S13-gate',
  name: 'scheduling gate never removed',
  lookAlikes: ['Z03', 'S13', 'S09'],
  scenario: {
    slug: 'synthetic-scheduling-gate',
    title: 'New pods wait and nobody says why',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      pendingRollout(plan, app, {
        workload: victimOf(app, plan),
        at: scene.around('rollout', 38),
        state: gated(),
        edit: (spec) => {
          spec['schedulingGates'] = [{ name: gateOf(scene) }];
        },
      });
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      const name = random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]);
      return causeIs({
        causes: [{ kind: 'Deployment', namespace: cast.namespace, name }],
        category: ['scheduling-gated'],
        keywords: [[gateOf(scene)], ['gate']],
        not: [{ category: 'scheduler-down' }, { kind: 'Node' }, { category: 'rollout-stuck' }],
      });
    },
  },
};

function gateOf(scene: Scene): string {
  return scene.random.pick('gate', GATES);
}

// The API server writes this condition when it admits the pod; the scheduler does not queue it and says nothing.
function gated(): PodState {
  return (frame) => ({
    ...ignored()(frame),
    conditions: [
      {
        type: 'PodScheduled',
        status: 'False',
        since: frame.created,
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ],
  });
}
