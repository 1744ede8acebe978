import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, gauge, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan, Workload } from '@headwater/testkit/world/plan.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

/** A setting leaves a service four workers; requests queue in front of it while its CPU is idle. */
export const fault: Fault = {
  code: 'U05',
  name: 'worker pool exhausted',
  lookAlikes: ['Y05', 'U02', 'U01'],
  scenario: {
    slug: 'u05-worker-pool',
    title: 'A service is slow and turns requests away, its CPU is idle',
    families: ['saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const { orders, frontend } = app;
      const at = scene.around('rollout', 26);
      setEnv(mainContainer(orders.spec), settingOf(orders), '64');
      rollOut(orders, { at, spec: (spec) => setEnv(mainContainer(spec), settingOf(orders), '4') });
      if (scene.repaired) rollBack(orders, scene.repairedAt);
      const since = at + 30_000;
      complaining(plan, orders, {
        complaints: [
          { since, every: 17, say: () => ({ level: 'error', message: poolWords(orders), fields: { status: 503 } }) },
        ],
      });
      serve(plan, orders, {
        since,
        seconds: [0.06, 2.4],
        errors: [0.001, 0.3],
        cores: [0.12, 0.07],
        rate: [9, 9],
        errorCode: '503',
      });
      serve(plan, frontend, { since, seconds: [0.09, 2.1], errors: [0.001, 0.2], rate: [9, 9], errorCode: '502' });
      addPool(plan, orders, since);
      highLatency(plan, orders, { since, seconds: 4.8 });
      if (scene.random.chance('errors', 0.6)) highErrorRate(plan, orders, { since, percent: 30 });
      return plan;
    },
    expected: (scene: Scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['pool-exhausted'],
        keywords: [['WORKERS', 'THREADS', 'pool size', 'active threads', 'busy', 'listen queue']],
        not: [
          { category: 'cpu-throttling' },
          { category: 'traffic-surge' },
          { category: 'version-slow' },
          { kind: 'StatefulSet' },
        ],
      }),
  },
};

function settingOf(workload: Workload): string {
  return { go: 'MAX_WORKERS', java: 'SERVER_TOMCAT_THREADS_MAX', python: 'WEB_CONCURRENCY', node: 'WORKER_POOL_SIZE' }[
    runtimeOf(workload)
  ];
}

function poolWords(workload: Workload): string {
  return {
    go: 'request rejected: all 4 workers busy, queue is full (128 waiting)',
    java: 'Task java.util.concurrent.FutureTask@5b1f29f[Not completed] rejected from java.util.concurrent.ThreadPoolExecutor@4d1b0d2a[Running, pool size = 4, active threads = 4, queued tasks = 128, completed tasks = 20418]',
    python: '*** uWSGI listen queue of socket "0.0.0.0:8000" (fd: 3) full !!! (101/100) ***',
    node: 'Error: worker pool exhausted: 4 of 4 workers busy, 128 tasks waiting',
  }[runtimeOf(workload)];
}

function addPool(plan: Plan, workload: Workload, since: number): void {
  const { scene } = plan;
  // Only the Java servers export their threads without being asked.
  if (runtimeOf(workload) !== 'java') return;
  for (const pod of realise(plan, workload).pods) {
    const labels = {
      job: workload.name,
      name: 'http-nio-8080',
      namespace: pod.namespace,
      pod: pod.name,
      service: workload.name,
    };
    const born = pod.frame.created;
    addMetrics(
      plan,
      [
        gauge(
          scene,
          'tomcat_threads_busy_threads',
          labels,
          during(scene, since, { normal: steady(scene, 'busy', 6), faulty: () => 4 }),
        ),
        gauge(
          scene,
          'tomcat_threads_config_max_threads',
          labels,
          during(scene, since, { normal: () => 64, faulty: () => 4 }),
        ),
      ].map((series) => ({ ...series, samples: series.samples.filter(([time]) => time >= born) })),
    );
  }
}
