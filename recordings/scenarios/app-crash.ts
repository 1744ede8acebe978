import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** P04: a new version panics while it starts; nothing around it changed. */
export const scenario: Scenario = {
  slug: 'app-crash',
  title: 'A pod crash-loops after a release',
  families: ['pod', 'rollout'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { orders } = app;
    const at = scene.around('rollout', 35);
    rollOut(orders, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.image = `${splitImage(main.image).name}:v6.${scene.random.int('new-tag', 0, 9)}.0`;
      },
    });
    if (scene.repaired) {
      rollBack(orders, scene.repairedAt);
      allPods(orders, running(), { survivor: true });
      return plan;
    }
    const name = orders.name.replaceAll('-', '');
    const says = [
      '{"level":"info","ts":"{time}","msg":"starting","version":"6"}',
      'panic: runtime error: index out of range [3] with length 3',
      '',
      'goroutine 1 [running]:',
      `main.(*router).mount(0xc0001a2000, {0xc00007e180, 0x3, 0x4})`,
      `\t/src/${name}/internal/router/mount.go:${scene.random.int('line', 40, 180)} +0x1b4`,
      'main.main()',
      `\t/src/${name}/cmd/server/main.go:61 +0x2f1`,
    ];
    stuckRollout(orders, crashLooping({ exitCode: 2, ran: 1, says }), running());
    const pod = realise(plan, orders).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, orders, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
      category: ['app-crash', 'version-errors'],
      keywords: [['index out of range', 'panic']],
      not: [{ category: 'oom-killed' }, { category: 'dependency-failing' }],
    }),
};
