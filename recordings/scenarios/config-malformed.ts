import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { configOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore, stamp } from '@headwater/testkit/world/scene.ts';
import { allPods, restart, stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** C06: somebody edited a configuration file and broke its indentation; the next restart cannot read it. */
export const scenario: Scenario = {
  slug: 'config-malformed',
  title: 'A service crash-loops after it was restarted',
  families: ['config'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog, namespace, port } = app;
    const editedAt = scene.around('edit', 36);
    const at = editedAt + 90_000;
    const name = configOf(catalog.name);
    const good = `server:\n  port: ${port}\npage:\n  size: 50\ncache:\n  ttl: 300s\n`;
    const broken = `server:\n  port: ${port}\npage:\n  size: 100\n   max: 500\ncache:\n  ttl: 300s\n`;
    const index = plan.objects.findIndex(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    const edit = {
      at: scene.repaired ? scene.repairedAt : editedAt,
      manager: 'kubectl-edit',
      keys: ['application.yaml'],
    };
    plan.objects[index] = configMap(scene, {
      namespace,
      name,
      data: { 'application.yaml': scene.repaired ? good : broken },
      created: daysBefore(scene, 33),
      manager: scene.cast.manager,
      edited: edit,
    });
    restart(catalog, at, stamp(at));
    if (scene.repaired) {
      allPods(catalog, running(), { created: scene.repairedAt + 30_000 });
      return plan;
    }
    const says = [
      '{time} INFO reading /etc/app/application.yaml',
      '{time} FATAL cannot parse /etc/app/application.yaml: yaml: line 5: mapping values are not allowed in this context',
    ];
    stuckRollout(catalog, crashLooping({ exitCode: 1, ran: 1, says }), running());
    const pod = realise(plan, catalog).pods.at(-1);
    if (pod) podCrashLooping(plan, pod, at);
    deploymentRolloutStuck(plan, catalog, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'ConfigMap', namespace: scene.cast.namespace, name: configOf(scene.cast.catalog) },
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog },
      ],
      category: ['config-malformed', 'config-changed'],
      keywords: [['mapping values are not allowed', 'line 5'], ['application.yaml']],
      not: [{ category: 'app-crash' }, { category: 'version-errors' }],
    }),
};
