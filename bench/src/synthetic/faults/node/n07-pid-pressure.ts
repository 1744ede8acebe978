import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, containerLabels, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { evictedAndReplaced, underPressure } from '../../kit/node-pressure.ts';
import { measureOthers } from '../../kit/measured.ts';
import { placeOn, workersOf } from '../../kit/nodes.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

const NO_THREAD = {
  go: 'exec: "/usr/bin/convert": fork/exec /usr/bin/convert: resource temporarily unavailable',
  java: 'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
  python: 'BlockingIOError: [Errno 11] Resource temporarily unavailable',
  node: 'spawn /usr/bin/convert EAGAIN',
} as const;

/** N07: a pod forks without end and takes the process ids of its node. */
export const fault: Fault = {
  code: 'N07',
  name: 'PID pressure on a node',
  lookAlikes: ['P21', 'N04', 'N05'],
  scenario: {
    slug: 'n07-pid-pressure',
    title: 'Services on one node cannot start threads or processes',
    families: ['node', 'pod'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene, { decoy: false });
      const { bad, good } = workersOf(plan);
      const { random } = scene;
      const at = scene.around('full', 21);
      const { other } = bystanders;
      const words = NO_THREAD[runtimeOf(app.orders)];
      const forkWords = random.pick('fork', [
        'sh: fork: retry: Resource temporarily unavailable',
        '/bin/sh: 1: Cannot fork',
        'fork: Resource temporarily unavailable',
      ]);
      const says = (message: string) => [
        { since: at + 4 * SECOND, every: 30, say: () => ({ level: 'error' as const, message }) },
      ];
      placeOn(plan, app.orders, [{ node: bad, complaints: says(words) }, { node: good }]);
      placeOn(plan, other, [{ node: bad, complaints: says(`worker exited: ${forkWords}`) }]);
      const message = `The node was low on resource: pids. Threshold quantity: 3276, available: ${random.int('left', 900, 3100)}. `;
      app.extra.progress = 'complete';
      app.extra.pods = evictedAndReplaced(scene, { at: at + 20 * SECOND, message, from: bad, to: good });
      const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const climb = ramp(at - 14 * MINUTE, at, [40, 29_400]);
      const growing = (time: number): number => (time < end ? climb(time) : 40);
      for (const pod of realise(plan, other).pods)
        for (const name of ['container_threads', 'container_processes'])
          addMetrics(plan, gauge(scene, name, containerLabels(pod), growing));
      measureOthers(plan, [other]);
      underPressure(plan, bad, { type: 'PIDPressure', at, tries: 12 });
      if (scene.repaired) return plan;
      highErrorRate(plan, app.orders, { since: at, percent: 27 });
      alert(plan, {
        alertname: 'KubeNodePressure',
        severity: 'info',
        labels: { condition: 'PIDPressure', job: 'kube-state-metrics', node: bad.name, status: 'true' },
        summary: 'Node has as active Condition.',
        description: `${bad.name} has active Condition PIDPressure. This is caused by resource usage exceeding eviction thresholds.`,
        at: at + 10 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Node' },
          { kind: 'Deployment', namespace: scene.cast.otherNamespace, name: scene.cast.otherApp },
        ],
        category: ['node-pid-pressure'],
        keywords: [['PIDPressure', 'insufficient PID', 'pids'], [scene.cast.otherApp]],
        not: [{ kind: 'Deployment', namespace: scene.cast.namespace }, { category: 'resource-exhausted-in-process' }],
      }),
  },
};
