import { highErrorRate, highLatency } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, gauge, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { databaseUser, exporterLabels } from '../../kit/database.ts';
import { lockTimeout } from '../../kit/database-words.ts';
import { serve } from '../../kit/load.ts';
import { errorLine } from '../../kit/runtimes.ts';
import { routineSays, type ServerSays, serverLog } from '../../kit/server-log.ts';
import { requestsAround } from '../../kit/spans.ts';

/** Somebody's long transaction holds a lock (or a query lost its index); what needs the table waits in the database. */
export const fault: Fault = {
  code: 'Y06',
  name: 'slow query or lock in the database',
  lookAlikes: ['N08', 'U02', 'Y05'],
  scenario: {
    slug: 'y06-slow-query',
    title: 'Two services are slow whenever they touch one table',
    families: ['dependency', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database'] });
      const { orders, frontend, database } = app;
      const at = scene.around('slow', 22);
      const locked = isLocked(scene);
      const mysql = scene.cast.engines.database === 'mysql';
      const query = `SELECT id, state, total FROM ${tableOf(scene)} WHERE customer_id = ${mysql ? '?' : '$1'}`;
      serverLog(plan, database, { says: [routineSays(plan), slowSays(scene, { at: at + 30_000, query })] });
      const words = lockTimeout(scene, orders);
      complaining(plan, orders, {
        complaints: [
          locked
            ? { since: at + 40_000, every: 30, say: () => errorLine(`query on ${tableOf(scene)}`, words) }
            : {
                since: at + 40_000,
                every: 30,
                say: (time) => ({
                  level: 'warn',
                  message: `slow query: ${query}`,
                  fields: { duration_ms: scene.random.int(`slow/${time}`, 4100, 6900) },
                }),
              },
        ],
      });
      measure(plan, exporterLabels(plan, app), at);
      serve(plan, orders, {
        since: at,
        seconds: [0.04, 5.2],
        errors: [0.001, locked ? 0.22 : 0.02],
        cores: [0.08, 0.05],
      });
      serve(plan, frontend, { since: at, seconds: [0.07, 5.3], rate: [8, 8], cores: [0.06, 0.05] });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: frontend, operation: 'GET /orders', own: 6 },
          { workload: orders, operation: 'GET /api', own: 5, error: faulty && locked ? words.message : undefined },
        ],
        outward: {
          name: `SELECT app.${tableOf(scene)}`,
          took: faulty ? scene.random.int('took', 4800, 5600) : 6,
          error: faulty && locked ? words.message : undefined,
          attributes: {
            'db.system': mysql ? 'mysql' : 'postgresql',
            'db.statement': query,
            'db.name': 'app',
            'server.address': database.name,
          },
        },
      }));
      highLatency(plan, frontend, { since: at, seconds: 6.1 });
      highLatency(plan, orders, { since: at, seconds: 6 });
      if (locked) highErrorRate(plan, orders, { since: at, percent: 22 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database }],
        category: ['slow-query'],
        keywords: [[tableOf(scene), 'lock', 'Lock wait', 'slow query', 'duration']],
        not: [
          { kind: 'Deployment' },
          { category: 'cpu-throttling' },
          { category: 'version-slow' },
          { category: 'pool-exhausted' },
        ],
      }),
  },
};

function isLocked(scene: Scene): boolean {
  return scene.random.chance('locked', 0.5);
}

function tableOf(scene: Scene): string {
  return scene.random.pick('table', ['orders', 'stock_items', 'ledger_entries', 'events']);
}

function slowSays(scene: Scene, { at, query }: { at: number; query: string }): ServerSays {
  const mysql = scene.cast.engines.database === 'mysql';
  if (isLocked(scene))
    return mysql
      ? {
          since: at,
          every: 90,
          lines: ['{iso} 9 [Note] [MY-012468] [InnoDB] Transactions deadlock detected, dumping detailed information.'],
        }
      : {
          since: at,
          every: 60,
          lines: [
            '{pg} [2271] LOG:  process 2271 still waiting for AccessShareLock on relation 16431 of database 16384 after 1000.107 ms',
            '{pg} [2271] DETAIL:  Process holding the lock: 2198. Wait queue: 2271, 2275, 2280.',
            `{pg} [2271] STATEMENT:  ${query}`,
          ],
        };
  return mysql
    ? {
        since: at,
        every: 60,
        lines: [
          `# Query_time: 5.117214  Lock_time: 0.000011 Rows_sent: 1  Rows_examined: 8112043`,
          `${query.replace('?', '41')};`,
        ],
      }
    : { since: at, every: 60, lines: [`{pg} [2271] LOG:  duration: 5117.214 ms  execute <unnamed>: ${query}`] };
}

/** What the database's exporter shows: queries that pile up, and who holds a lock. */
function measure(plan: Plan, labels: ReturnType<typeof exporterLabels>, at: number): void {
  const { scene } = plan;
  const mysql = scene.cast.engines.database === 'mysql';
  const locked = isLocked(scene);
  const shape = (normal: number, faulty: number): ReturnType<typeof during> =>
    during(scene, at, { normal: steady(scene, 'db', normal), faulty: steady(scene, 'db', faulty) });
  addMetrics(
    plan,
    ...(mysql
      ? [
          gauge(scene, 'mysql_global_status_threads_running', labels, shape(3, 41)),
          counter(scene, 'mysql_global_status_slow_queries', labels, { rate: shape(0.001, 1.9) }),
          ...(locked ? [gauge(scene, 'mysql_global_status_innodb_row_lock_current_waits', labels, shape(0, 34))] : []),
        ]
      : [
          gauge(scene, 'pg_stat_activity_max_tx_duration', { ...labels, datname: 'app', state: 'active' }, (time) =>
            during(scene, at, { normal: () => 0.4, faulty: () => (time - at) / 1000 })(time),
          ),
          gauge(
            scene,
            'pg_stat_activity_count',
            { ...labels, datname: 'app', state: 'active', usename: databaseUser(plan) },
            shape(3, 38),
          ),
          ...(locked
            ? [gauge(scene, 'pg_locks_count', { ...labels, datname: 'app', mode: 'accessexclusivelock' }, shape(0, 3))]
            : []),
        ]),
  );
}
