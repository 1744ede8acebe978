import { basePlan } from '@headwater/testkit/world/base.ts';
import { ignored } from '@headwater/testkit/world/pod-states/pending.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { pendingRollout, victimOf } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S13-scheduler',
  name: 'scheduler name nobody answers to',
  lookAlikes: ['Z03', 'S13', 'S09'],
  scenario: {
    slug: 'synthetic-scheduler-name',
    title: 'Pods of one service are pending without an event',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      pendingRollout(plan, app, {
        workload: victimOf(app, plan),
        at: scene.around('rollout', 36),
        state: ignored(),
        edit: (spec) => {
          spec['schedulerName'] = nameOf(scene);
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
        keywords: [[nameOf(scene)], ['schedulerName', 'scheduler']],
        not: [{ category: 'scheduler-down' }, { kind: 'Node' }, { category: 'rollout-stuck' }],
      });
    },
  },
};

function nameOf(scene: Scene): string {
  return scene.random.pick('scheduler', ['volcano', 'default-schedular', 'gang-scheduler', 'yunikorn', 'my-scheduler']);
}
