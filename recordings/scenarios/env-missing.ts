import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods, rollBack, rollOut, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C05: a clean-up of the manifest dropped a variable the application cannot do without. */
export const scenario: Scenario = {
  slug: 'env-missing',
  title: 'A service does not start after its manifest was tidied up',
  families: ['config'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['payments'] });
    const { payments } = app;
    const at = scene.around('rollout', 39);
    rollOut(payments, {
      at,
      spec: (spec) => {
        const main = mainContainer(spec);
        main.env = (main.env ?? []).filter(({ name }) => name !== 'PROVIDER_URL');
      },
    });
    if (scene.repaired) {
      rollBack(payments, scene.repairedAt);
      allPods(payments, running(), { survivor: true });
      return plan;
    }
    const says = scene.random.pick('env-words', [
      ['{time} INFO booting', '{time} ERROR required environment variable PROVIDER_URL is not set'],
      [
        'Traceback (most recent call last):',
        '  File "/app/main.py", line 14, in <module>',
        '    url = os.environ["PROVIDER_URL"]',
        '  File "<frozen os>", line 714, in __getitem__',
        "KeyError: 'PROVIDER_URL'",
      ],
      [
        'Error: missing required env PROVIDER_URL',
        '    at loadConfig (/app/dist/config.js:22:11)',
        '    at Object.<anonymous> (/app/dist/server.js:8:16)',
      ],
    ]);
    stuckRollout(payments, crashLooping({ exitCode: 1, ran: 1, says }), running());
    const pod = realise(plan, payments).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, payments, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
      category: ['env-missing'],
      keywords: [['PROVIDER_URL']],
      not: [{ category: 'configmap-missing' }, { category: 'version-errors' }],
    }),
};
