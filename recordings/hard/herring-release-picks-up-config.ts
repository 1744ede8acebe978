import { deploymentRolloutStuck, podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { configOf } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { daysBefore } from '@headwater/testkit/world/scene.ts';
import { stuckRollout } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';

/** A file was broken twenty minutes before; the release after it only made the first pods that had to read it. */
export const scenario: HardScenario = {
  slug: 'herring-release-picks-up-config',
  title: 'A new version crashes at once; the one before would, too',
  theme: 'red-herring',
  families: ['hard', 'config'],
  build(scene) {
    const { plan, app } = basePlan(scene, { decoy: false });
    const { catalog, namespace, port } = app;
    const editedAt = scene.around('edit', 55);
    const at = scene.around('release', 34);
    const name = configOf(catalog.name);
    const index = plan.objects.findIndex(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
    plan.objects[index] = configMap(scene, {
      namespace,
      name,
      data: { 'application.yaml': `server:\n  port: ${port}\npage:\n  size: 50\ncache:\n\tttl: 300s\n` },
      created: daysBefore(scene, 33),
      manager: scene.cast.manager,
      edited: { at: editedAt, manager: 'kubectl-edit', keys: ['application.yaml'] },
    });
    releasedWell(plan, catalog, at);
    const says = [
      '{time} INFO reading /etc/app/application.yaml',
      '{time} FATAL cannot parse /etc/app/application.yaml: yaml: line 6: found character that cannot start any token',
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
      category: ['config-malformed'],
      keywords: [['application.yaml']],
      not: [{ category: 'app-crash' }, { category: 'version-errors' }, { category: 'rollout-stuck' }],
    }),
};
