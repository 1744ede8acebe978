import { basePlan } from '@headwater/testkit/world/base.ts';
import { configMap, secret } from '@headwater/testkit/world/objects.ts';
import { fromConfigMap, fromSecret, mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { configError, mountFailing } from '@headwater/testkit/world/pod-states/waiting.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

type Way = 'secret-variable' | 'config-variable' | 'volume-item';

/** C03: the object is there and lacks the key that a release began to read. */
export const fault: Fault = {
  code: 'C03-release',
  name: 'a release reads a key that is not there',
  lookAlikes: ['C01', 'C02', 'C05'],
  scenario: {
    slug: 'synthetic-c03-release',
    title: 'A release waits for its first pod',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { namespace } = app;
      const way = wayOf(scene);
      const key = keyOf(scene);
      const created = daysBefore(scene, 41);
      const name = 'service-settings';
      plan.objects.push(
        way === 'secret-variable'
          ? secret(scene, { namespace, name, keys: ['client-id', 'client-secret'], created })
          : configMap(scene, {
              namespace,
              name,
              created,
              data: { region: 'eu-west-1', 'settings.yaml': 'retries: 3\n' },
            }),
      );
      const words = {
        'secret-variable': configError(`couldn't find key ${key} in Secret ${namespace}/${name}`),
        'config-variable': configError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`),
        'volume-item': mountFailing({
          message: `MountVolume.SetUp failed for volume "settings" : configmap references non-existent config key: ${key}`,
        }),
      };
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 33),
        spec: (spec) => {
          const main = mainContainer(spec);
          if (way === 'secret-variable') setEnv(main, 'CLIENT_KEY', fromSecret(name, key));
          else if (way === 'config-variable') setEnv(main, 'SETTINGS_KEY', fromConfigMap(name, key));
          else {
            spec.volumes = [
              ...(spec.volumes ?? []),
              { name: 'settings', configMap: { defaultMode: 420, items: [{ key, path: key }], name } },
            ];
            main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'settings', mountPath: '/etc/settings' }];
          }
        },
        state: words[way],
        alert: 'not-ready',
      });
      return plan;
    },
    expected: (scene) => {
      const kind = wayOf(scene) === 'secret-variable' ? 'Secret' : 'ConfigMap';
      return causeIs({
        causes: [victimDeployment(scene), { kind, namespace: scene.cast.namespace, name: 'service-settings' }],
        category: ['key-missing'],
        keywords: [[keyOf(scene)], ['service-settings']],
        not: [{ category: 'configmap-missing' }, { category: 'secret-missing' }, { category: 'volume-mount-failed' }],
      });
    },
  },
};

function wayOf(scene: Scene): Way {
  return scene.random.pick<Way>('way', ['secret-variable', 'config-variable', 'volume-item']);
}

function keyOf(scene: Scene): string {
  return scene.random.pick('key', ['client-token', 'setings.yaml', 'zone', 'application.yml']);
}
