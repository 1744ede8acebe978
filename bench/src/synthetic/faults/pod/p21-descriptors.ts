import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, containerLabels, gauge, during, ramp, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { callsFail } from '../../kit/failed-calls.ts';
import { serve } from '../../kit/load.ts';
import { victimDeployment, victimRole } from '../../kit/release.ts';
import { errorLine, type Failure, runtimeOf } from '../../kit/runtimes.ts';

/** P21: a process leaks sockets or threads until its own limit, and then cannot take another request. */
export const fault: Fault = {
  code: 'P21',
  name: 'file descriptors or threads exhausted',
  lookAlikes: ['N07', 'Y05', 'K11'],
  scenario: {
    slug: 'synthetic-p21-descriptors',
    title: 'A service that has run for days begins to fail',
    families: ['pod', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = app[victimRole(scene)];
      const at = scene.around('began', 21);
      complaining(plan, victim, {
        complaints: [
          { since: at, every: 20, say: () => errorLine('accepting request failed', wordsOf(scene, victim)) },
        ],
      });
      const caller = victimRole(scene) === 'frontend' ? null : app.frontend;
      if (caller)
        callsFail(plan, caller, {
          target: { namespace: victim.namespace, name: victim.name, port: app.port },
          failure: 'connect-timeout',
          since: at + 5_000,
        });
      serve(plan, victim, { since: at, errors: [0.001, 0.31] });
      measure(plan, victim, { at, threads: /thread/.test(wordsOf(scene, victim).message) });
      highErrorRate(plan, caller && scene.random.chance('downstream', 0.5) ? caller : victim, {
        since: at,
        percent: 31,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['resource-exhausted-in-process'],
        keywords: [['too many open files', 'EMFILE', 'native thread', 'new thread', 'descriptor', 'pthread_create']],
        not: [{ category: 'node-pid-pressure' }, { category: 'oom-killed' }, { category: 'traffic-surge' }],
      }),
  },
};

function measure(plan: Plan, workload: Workload, view: { at: number; threads: boolean }): void {
  const { scene } = plan;
  const limit = view.threads
    ? scene.random.pick('threads', [512, 1024])
    : scene.random.pick('limit', [1024, 4096, 65536]);
  for (const pod of realise(plan, workload).pods) {
    const own = { job: workload.name, namespace: workload.namespace, pod: pod.name, service: workload.name };
    const labels = view.threads ? containerLabels(pod) : own;
    const growing = ramp(scene.before(45), view.at, [0.62 * limit, 0.995 * limit]);
    const [used, allowed] = view.threads
      ? ['container_threads', 'container_threads_max']
      : ['process_open_fds', 'process_max_fds'];
    const shape = during(scene, scene.before(46), {
      normal: steady(scene, 'used', 0.03 * limit),
      faulty: (time) => Math.round(growing(time)),
    });
    addMetrics(
      plan,
      gauge(scene, used, labels, shape),
      gauge(scene, allowed, labels, () => limit),
    );
  }
}

function wordsOf(scene: Scene, workload: Workload): Failure {
  const failures: Record<ReturnType<typeof runtimeOf>, readonly Failure[]> = {
    go: [
      { message: 'http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s' },
      { message: 'dial tcp: lookup settings: socket: too many open files' },
    ],
    java: [
      {
        message: 'java.io.IOException: Too many open files',
        trace: ['\tat java.base/sun.nio.ch.Net.accept(Native Method)'],
      },
      {
        message:
          'java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached',
      },
    ],
    python: [
      { message: "OSError: [Errno 24] Too many open files: '/app/templates/index.html'" },
      { message: "RuntimeError: can't start new thread" },
    ],
    node: [{ message: "Error: EMFILE: too many open files, open '/app/public/index.html'" }],
  };
  return scene.random.pick('words', failures[runtimeOf(workload)]);
}
