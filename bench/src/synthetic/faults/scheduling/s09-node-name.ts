import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { deploymentReplicasMismatch, deploymentRolloutStuck } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { about } from '@headwater/testkit/world/controller-events.ts';
import { ignored } from '@headwater/testkit/world/pod-states/pending.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { victimOf } from '../../kit/pending.ts';

export const fault: Fault = {
  code: 'S09',
  name: 'nonexistent node name',
  lookAlikes: ['Z03', 'S13', 'S03'],
  scenario: {
    slug: 'synthetic-node-name',
    title: 'Pods of a new revision vanish before they start',
    families: ['scheduling'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const workload = victimOf(app, plan);
      const at = scene.around('rollout', 39);
      rollOut(workload, {
        at,
        spec: (spec) => {
          spec['nodeName'] = nameOf(scene);
        },
      });
      if (scene.repaired) {
        rollBack(workload, scene.repairedAt);
        allPods(workload, running(), { survivor: true });
        return plan;
      }
      // Pod garbage collection deletes a pod of an unknown node within a minute, and the ReplicaSet makes the next one.
      stuckRollout(workload, ignored(), running(), { created: scene.before(0, scene.random.int('young', 9, 40)) });
      const replicaSet = realise(plan, workload).middle.at(-1);
      const every = scene.random.int('collected-after', 42, 61) * SECOND;
      if (replicaSet)
        for (let time = scene.before(1); time > Math.max(at, scene.before(8)); time -= every)
          plan.events.push({
            about: about(replicaSet),
            type: 'Normal',
            reason: 'SuccessfulCreate',
            message: `Created pod: ${replicaSet.metadata.name}-${scene.random.suffix(`gone/${time}`, 5)}`,
            component: 'replicaset-controller',
            count: 1,
            first: time,
            last: time,
          });
      if (scene.random.chance('rollout-alert', 0.5)) deploymentRolloutStuck(plan, workload, at);
      else deploymentReplicasMismatch(plan, workload, at + MINUTE);
      return plan;
    },
    expected: (scene) => {
      const { cast, random } = scene;
      return causeIs({
        causes: [
          {
            kind: 'Deployment',
            namespace: cast.namespace,
            name: random.pick('victim', [cast.orders, cast.catalog, cast.orders, cast.extra]),
          },
        ],
        category: ['node-name-invalid'],
        keywords: [[nameOf(scene)], ['nodeName']],
        not: [{ category: 'scheduler-down' }, { category: 'rollout-stuck' }, { kind: 'Node' }],
      });
    },
  },
};

function nameOf(scene: Scene): string {
  return scene.random.pick('node-name', [
    'worker-17',
    'node-does-not-exist',
    'ip-10-0-99-4.eu-west-1.compute.internal',
    'gpu-node-3',
  ]);
}
