import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, type Scene, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, restart, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { BROKEN_FILES, type BrokenFile } from '../../kit/broken-files.ts';
import { victimDeployment, victimOf } from '../../kit/release.ts';

/** C06: somebody broke the syntax of a configuration file; whoever starts after that cannot read it. */
export const fault: Fault = {
  code: 'C06-formats',
  name: 'malformed config file, any format',
  lookAlikes: ['P04', 'C05', 'C09'],
  scenario: {
    slug: 'synthetic-c06-formats',
    title: 'A restart of a service does not come up',
    families: ['config'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const { namespace } = app;
      const edited = scene.around('edit', 35);
      const at = edited + 100_000;
      const file = fileOf(scene);
      const created = daysBefore(scene, 52);
      const name = 'runtime-config';
      victim.spec.volumes = [
        ...(victim.spec.volumes ?? []),
        { name: 'runtime', configMap: { defaultMode: 420, name } },
      ];
      const main = mainContainer(victim.spec);
      main.volumeMounts = [...(main.volumeMounts ?? []), { name: 'runtime', mountPath: '/etc/runtime' }];
      const version = (content: string, when?: number): ReturnType<typeof configMap> =>
        configMap(scene, {
          namespace,
          name,
          created,
          data: { [file.name]: content },
          manager: scene.cast.manager,
          ...(when
            ? {
                edited: {
                  at: when,
                  manager: scene.random.pick('editor', ['kubectl-edit', 'helm', 'kubectl-patch']),
                  keys: [file.name],
                },
              }
            : {}),
        });
      plan.objects.push(scene.repaired ? version(file.good, scene.repairedAt) : version(file.bad, edited));
      if (scene.random.chance('watched', 0.5)) {
        plan.journal.push(
          { observedAt: scene.before(80), type: 'ADDED', object: version(file.good) },
          { observedAt: edited, type: 'MODIFIED', object: version(file.bad, edited) },
        );
        if (scene.repaired)
          plan.journal.push({
            observedAt: scene.repairedAt,
            type: 'MODIFIED',
            object: version(file.good, scene.repairedAt),
          });
        plan.sources.history = 'present';
      }
      restart(victim, at, stamp(at));
      if (scene.repaired) {
        allPods(victim, running(), { created: scene.repairedAt + 25_000 });
        return plan;
      }
      stuckRollout(
        victim,
        crashLooping({ exitCode: 1, ran: scene.random.int('ran', 1, 4), says: file.says }),
        running(),
      );
      const pod = realise(plan, victim).pods.at(-1);
      if (pod) podCrashLooping(plan, pod, at);
      if (scene.random.chance('stuck', 0.6)) deploymentRolloutStuck(plan, victim, at);
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: scene.cast.namespace, name: 'runtime-config' },
          victimDeployment(scene),
        ],
        category: ['config-malformed', 'config-changed'],
        keywords: [[fileOf(scene).keyword], [fileOf(scene).name, 'runtime-config']],
        not: [{ category: 'app-crash' }, { category: 'version-errors' }],
      }),
  },
};

function fileOf(scene: Scene): BrokenFile {
  return scene.random.pick('file', BROKEN_FILES);
}
