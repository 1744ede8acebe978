import { MINUTE } from '@headwater/core/time.ts';
import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P01: a release lowers the memory limit below what the service needs once its cache is warm. */
export const scenario: Scenario = {
  slug: 'oom-killed',
  title: 'Pods of one service restart every few minutes',
  families: ['pod'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'] });
    const { orders } = app;
    const at = scene.around('rollout', 32);
    rollOut(orders, {
      at,
      spec: (spec) => {
        mainContainer(spec).resources = {
          limits: { cpu: '500m', memory: limitOf(scene) },
          requests: { cpu: '100m', memory: '48Mi' },
        };
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      return plan;
    }
    const ran = scene.random.int('ran', 41, 75);
    const says = [
      'starting',
      `connected to ${app.database.name}`,
      'warming up cache',
      'cache 35% loaded',
      'cache 62% loaded',
    ];
    // Each pod was ready for half a minute, which is all a rollout asks for.
    orders.progress = 'complete';
    allPods(
      orders,
      crashLooping({ exitCode: 137, reason: 'OOMKilled', ran, says: says.map((text) => `{time} INFO ${text}`) }),
    );
    for (const pod of realise(plan, orders).pods) podCrashLooping(plan, pod, at + 2 * MINUTE);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['oom-killed'],
      keywords: [['OOMKilled', '137'], [limitOf(scene)]],
      not: [{ kind: 'Node' }, { category: 'memory-limit-too-low-to-start' }],
    }),
};

function limitOf(scene: Scene): string {
  return scene.random.pick('limit', ['64Mi', '72Mi', '96Mi']);
}
