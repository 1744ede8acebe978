import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { dyingWords, type Failure, runtimeOf } from '../../kit/runtimes.ts';
import { release } from '../../kit/versions.ts';

/** The rule's text says that memory ran out, whatever made the container restart; it exits with 1 of an exception of its own. */
export const fault: Fault = {
  code: 'E02',
  name: 'alert whose text is wrong',
  lookAlikes: ['P01', 'P03', 'P04'],
  scenario: {
    slug: 'e02-alert-that-lies',
    title: 'An alert says that a container runs out of memory',
    families: ['platform', 'pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { catalog, namespace } = app;
      const at = scene.around('release', 34);
      release(plan, catalog, at);
      if (scene.repaired) allPods(catalog, running());
      else {
        catalog.progress = 'complete';
        allPods(catalog, crashLooping({ exitCode: 1, ran: 8, says: dyingWords(catalog, bug(catalog)) }));
      }
      const [pod] = realise(plan, catalog).pods;
      const container = pod?.frame.spec.containers[0]?.name;
      alert(plan, {
        alertname: alertName(scene),
        severity: 'critical',
        labels: { namespace, pod: pod?.name, container, reason: 'OOMKilled' },
        summary: `Container ${container} was OOM killed`,
        description: `Container ${container} in ${namespace}/${pod?.name} was killed because it used more memory than its limit. Raise the limit.`,
        at: at + 6 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.catalog }],
        category: ['app-crash', 'version-errors'],
        keywords: [['exit code 1', 'exitCode = 1'], ['tariff']],
        not: [{ category: 'oom-killed' }, { category: 'memory-leak' }, { category: 'memory-limit-too-low-to-start' }],
      }),
  },
};

function alertName(scene: Scene): string {
  return scene.random.pick('lying-alert', ['ContainerOOMKilled', 'KubernetesContainerOomKiller', 'PodMemoryExhausted']);
}

function bug(workload: Workload): Failure {
  switch (runtimeOf(workload)) {
    case 'java':
      return {
        message: 'java.lang.IllegalStateException: tariff table version 3 is not supported',
        trace: ['\tat com.example.Tariffs.load(Tariffs.java:61)'],
      };
    case 'python':
      return {
        message: 'ValueError: tariff table version 3 is not supported',
        trace: ['  File "/app/tariffs.py", line 61, in load'],
      };
    case 'node':
      return {
        message: 'Error: tariff table version 3 is not supported',
        trace: ['    at load (/app/dist/tariffs.js:61:11)'],
      };
    case 'go':
      return { message: 'tariff table version 3 is not supported' };
  }
}
