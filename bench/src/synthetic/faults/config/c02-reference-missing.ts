import { basePlan } from '@headwater/testkit/world/base.ts';
import { fromSecret, mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { configError, mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf, victimRole } from '../../kit/release.ts';

/** C02: a Secret that a volume or a variable refers to was not created in this namespace. */
export const fault: Fault = {
  code: 'C02-reference',
  name: 'Secret of a volume or variable missing',
  lookAlikes: ['C01', 'C03', 'P15', 'T07'],
  scenario: {
    slug: 'synthetic-c02-reference',
    title: 'A service does not get its new pod',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const name = missingName(scene);
      const mounted = scene.random.chance('mounted', 0.5);
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 64),
        spec: (spec) => {
          const main = mainContainer(spec);
          if (!mounted) {
            setEnv(main, 'API_TOKEN', fromSecret(name, 'token'));
            return;
          }
          spec.volumes = [
            ...(spec.volumes ?? []),
            { name: 'credentials', secret: { defaultMode: 420, secretName: name } },
          ];
          main.volumeMounts = [
            ...(main.volumeMounts ?? []),
            { name: 'credentials', mountPath: '/etc/credentials', readOnly: true },
          ];
        },
        state: mounted
          ? mountFailing({ message: `MountVolume.SetUp failed for volume "credentials" : secret "${name}" not found` })
          : configError(`secret "${name}" not found`),
        alert: scene.random.pick('pod-alert', [
          'not-ready',
          { waiting: mounted ? 'ContainerCreating' : 'CreateContainerConfigError' },
        ]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          victimDeployment(scene),
          { kind: 'Secret', namespace: scene.cast.namespace, name: missingName(scene) },
        ],
        category: ['secret-missing'],
        keywords: [[missingName(scene)], ['not found', 'does not exist']],
        not: [
          { category: 'volume-mount-failed' },
          { category: 'configmap-missing' },
          { category: 'security-context-denied' },
        ],
      }),
  },
};

function missingName(scene: Scene): string {
  const name = scene.cast[victimRole(scene)];
  return scene.random.pick('missing', [
    `${name}-token`,
    `${name}-tls`,
    'payment-provider',
    `${scene.cast.organisation}-api-key`,
  ]);
}
