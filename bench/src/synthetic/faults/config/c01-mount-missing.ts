import { configOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf, victimRole } from '../../kit/release.ts';

/** C01: a volume of the template names a ConfigMap that is not there, so no container is even created. */
export const fault: Fault = {
  code: 'C01-mount',
  name: 'ConfigMap of a volume missing',
  lookAlikes: ['C02', 'C03', 'T07'],
  scenario: {
    slug: 'synthetic-c01-mount',
    title: 'A new pod stays in ContainerCreating',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const name = missingName(scene);
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 65),
        spec: (spec) => {
          const main = mainContainer(spec);
          spec.volumes = [...(spec.volumes ?? []), { name: 'extra-config', configMap: { defaultMode: 420, name } }];
          main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'extra-config', mountPath: '/etc/extra' }];
        },
        state: mountFailing({
          message: `MountVolume.SetUp failed for volume "extra-config" : configmap "${name}" not found`,
        }),
        alert: scene.random.pick('pod-alert', ['not-ready', { waiting: 'ContainerCreating' }]),
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          victimDeployment(scene),
          { kind: 'ConfigMap', namespace: scene.cast.namespace, name: missingName(scene) },
        ],
        category: ['configmap-missing'],
        keywords: [[missingName(scene)], ['not found', 'does not exist']],
        not: [{ category: 'volume-mount-failed' }, { category: 'secret-missing' }, { kind: 'Node' }],
      }),
  },
};

function missingName(scene: Scene): string {
  const name = scene.cast[victimRole(scene)];
  return scene.random.pick('missing', [
    `${name}-feature-config`,
    `${configOf(name)}-v2`,
    `${name}-templates`,
    'shared-settings',
  ]);
}
