import { MINUTE } from '@headwater/core/time.ts';
import { highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, gauge, type Shape, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { allPods, rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import type { Application } from '@headwater/testkit/world/application.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { exporterLabels } from '../../kit/database.ts';
import { serve } from '../../kit/load.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

/** The cache evicts all it is given, or dies of its memory; every read goes to the database instead. */
export const fault: Fault = {
  code: 'Y10',
  name: 'cache failure or miss storm',
  lookAlikes: ['U01', 'Y06', 'P01'],
  scenario: {
    slug: 'y10-cache-failure',
    title: 'Reads are slow, the database has never been so busy, traffic is as always',
    families: ['dependency', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['cache', 'database', 'payments'] });
      const { cache, orders, payments } = app;
      const at = scene.around('rollout', 27);
      const dies = isDying(scene);
      const since = at + 2 * MINUTE;
      rollOut(cache, {
        at,
        spec: (spec) => {
          const main = mainContainer(spec);
          if (dies) main.resources = { requests: { cpu: '50m', memory: '24Mi' }, limits: { memory: '24Mi' } };
          else main.args = ['--maxmemory', '8mb', '--maxmemory-policy', 'allkeys-lru'];
        },
      });
      if (scene.repaired) {
        rollBack(cache, scene.repairedAt);
        allPods(cache, running());
      } else if (dies) {
        cache.progress = 'complete';
        allPods(
          cache,
          crashLooping({
            exitCode: 137,
            reason: 'OOMKilled',
            ran: 41,
            says: ['1:M {time} * Server initialized', '1:M {time} * Ready to accept connections tcp'],
          }),
        );
      }
      realise(plan, cache);
      complain(plan, app, since);
      addCacheMetrics(plan, app, since);
      serve(plan, orders, { since, seconds: [0.02, 0.9], rate: [12, 12] });
      serve(plan, payments, { since, seconds: [0.03, 0.7], rate: [5, 5] });
      highLatency(plan, orders, { since, seconds: 2.2 });
      if (scene.random.chance('both', 0.5)) highLatency(plan, payments, { since, seconds: 1.6 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.cache }],
        category: isDying(scene) ? ['oom-killed', 'cache-failure'] : ['cache-failure'],
        keywords: [isDying(scene) ? ['24Mi', 'OOMKilled'] : ['maxmemory', '8mb', 'evict']],
        not: [
          { category: 'traffic-surge' },
          { category: 'slow-query' },
          { kind: 'StatefulSet' },
          { kind: 'Deployment', name: scene.cast.orders },
        ],
      }),
  },
};

function isDying(scene: Scene): boolean {
  return scene.random.chance('cache-dies', 0.4);
}

function complain(plan: Plan, { cache, orders }: Application, since: number): void {
  const dies = isDying(plan.scene);
  const refused = {
    go: `cache get failed, reading from database: dial tcp: lookup ok, connect to ${cache.name}:6379: connection refused`,
    java: `cache get failed, reading from database: io.lettuce.core.RedisConnectionException: Unable to connect to ${cache.name}:6379`,
    python: `cache get failed, reading from database: redis.exceptions.ConnectionError: Error 111 connecting to ${cache.name}:6379. Connection refused.`,
    node: `cache get failed, reading from database: Error: connect ECONNREFUSED ${cache.name}:6379`,
  }[runtimeOf(orders)];
  complaining(plan, orders, {
    complaints: [
      dies
        ? { since, every: 18, say: () => ({ level: 'warn', message: refused }) }
        : {
            since,
            every: 45,
            say: (time) => ({
              level: 'warn',
              message: 'cache hit ratio is low',
              fields: { hit_ratio: `0.0${plan.scene.random.int(`ratio/${time}`, 2, 7)}` },
            }),
          },
    ],
  });
}

function addCacheMetrics(plan: Plan, app: Application, since: number): void {
  const { scene } = plan;
  const shape = (key: string, normal: number, faulty: number): Shape =>
    during(scene, since, { normal: steady(scene, key, normal), faulty: steady(scene, key, faulty) });
  const mysql = scene.cast.engines.database === 'mysql';
  const database = exporterLabels(plan, app);
  addMetrics(
    plan,
    mysql
      ? counter(scene, 'mysql_global_status_queries', database, { rate: shape('queries', 31, 402) })
      : counter(
          scene,
          'pg_stat_database_xact_commit',
          { ...database, datname: 'app' },
          { rate: shape('queries', 31, 402) },
        ),
  );
  const labels = {
    job: 'redis-exporter',
    instance: `${app.cache.name}:9121`,
    namespace: app.namespace,
    service: app.cache.name,
  };
  const dies = isDying(scene);
  addMetrics(
    plan,
    gauge(scene, 'redis_up', labels, dies ? during(scene, since, { normal: () => 1, faulty: () => 0 }) : () => 1),
    counter(scene, 'redis_keyspace_hits_total', labels, { rate: shape('hits', 380, dies ? 0 : 14) }),
    counter(scene, 'redis_keyspace_misses_total', labels, { rate: shape('misses', 9, dies ? 0 : 371) }),
    counter(scene, 'redis_evicted_keys_total', labels, { rate: shape('evicted', 0, dies ? 0 : 366) }),
  );
  if (!dies)
    addMetrics(
      plan,
      gauge(
        scene,
        'redis_memory_max_bytes',
        labels,
        during(scene, since, { normal: () => 0, faulty: () => 8_388_608 }),
      ),
      gauge(scene, 'redis_memory_used_bytes', labels, shape('used', 161e6, 8.38e6)),
    );
}
