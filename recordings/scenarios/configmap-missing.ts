import { deploymentRolloutStuck, podNotReady } from '@headwater/testkit/world/alerts.ts';
import { configOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { configError } from '@headwater/testkit/world/pod-states/waiting.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C01: the template takes its environment from a ConfigMap whose name is misspelt. */
export const scenario: Scenario = {
  slug: 'configmap-missing',
  title: 'A new pod waits although its image is there',
  families: ['config'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { frontend } = app;
    const at = scene.around('rollout', 33);
    rollOut(frontend, {
      at,
      spec: (spec) => {
        mainContainer(spec).envFrom = [{ configMapRef: { name: wrongName(scene) } }];
      },
    });
    if (scene.repaired) {
      rollBack(frontend, scene.repairedAt);
      allPods(frontend, running(), { survivor: true });
      return plan;
    }
    stuckRollout(frontend, configError(`configmap "${wrongName(scene)}" not found`), running());
    const pod = realise(plan, frontend).pods.at(-1);
    if (pod) podNotReady(plan, pod, at);
    deploymentRolloutStuck(plan, frontend, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.frontend },
        { kind: 'ConfigMap', namespace: scene.cast.namespace, name: wrongName(scene) },
      ],
      category: ['configmap-missing'],
      // The near miss must be named: what the template probably meant.
      keywords: [[wrongName(scene)], ['not found', 'does not exist'], [configOf(scene.cast.frontend)]],
      not: [{ category: 'secret-missing' }, { category: 'security-context-denied' }],
    }),
};

function wrongName(scene: Scene): string {
  return configOf(scene.cast.frontend).replace(
    /-config$/,
    scene.random.pick('misspelt', ['-cofig', '-configs', '-conf']),
  );
}
