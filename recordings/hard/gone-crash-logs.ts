import { podCrashLooping } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { releasedWell } from './kit/faults.ts';

/** A release crashes with exit code 1 and the logs of its dead instances were rotated away: that is all one can say. */
export const scenario: HardScenario = {
  slug: 'gone-crash-logs',
  title: 'A new version crashes and has left no log',
  theme: 'evidence-gone',
  families: ['hard', 'pod'],
  build(scene) {
    const { plan, app } = basePlan(scene);
    const { catalog } = app;
    const at = scene.around('rollout', 33);
    releasedWell(plan, catalog, at);
    catalog.progress = 'complete';
    allPods(catalog, crashLooping({ exitCode: 1, ran: 22 }));
    const [pod] = realise(plan, catalog).pods;
    if (pod) podCrashLooping(plan, pod, at);
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
      category: ['app-crash', 'version-errors', 'rollout-stuck'],
      keywords: [['exit code', 'exits with', 'exited', 'exitCode', 'exit']],
      not: [{ category: 'oom-killed' }, { category: 'config-malformed' }, { category: 'probe-misconfigured' }],
    }),
};
