import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { Scenario } from '../scenario.ts';

/** Y05: the worker's pool was made larger than the database has connections; everybody else is turned away. */
export const scenario: Scenario = {
  slug: 'pool-exhausted',
  title: 'Services lose their database one after the other, at random',
  families: ['dependency', 'saturation'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
    const { database, orders, catalog, worker, namespace } = app;
    const at = scene.around('rollout', 29);
    rollOut(worker, { at, spec: (spec) => setEnv(mainContainer(spec), 'DB_POOL_MAX', '150') });
    if (scene.repaired) rollBack(worker, scene.repairedAt);
    const full = at + 5 * 60_000;
    const mysql = scene.cast.engines.database === 'mysql';
    const error = mysql
      ? 'Error 1040 (08004): Too many connections'
      : 'FATAL: sorry, too many clients already (SQLSTATE 53300)';
    for (const caller of [orders, catalog]) {
      complaining(plan, caller, {
        complaints: [
          {
            since: full,
            every: 30,
            say: () => ({ level: 'error', message: `connect to ${database.name}: ${error}`, fields: { status: 500 } }),
          },
        ],
      });
    }
    const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
    const held = ramp(at, full, [8, 82]);
    const name = mysql ? 'mysql_global_status_threads_connected' : 'pg_stat_activity_count';
    const by = (client: string): Record<string, string> => ({
      application_name: client,
      job: 'database-exporter',
      namespace,
      service: database.name,
    });
    addMetrics(
      plan,
      gauge(scene, name, by(worker.name), (time) => (time < end ? held(time) : 8)),
      gauge(scene, name, by(orders.name), (time) => (time >= full && time < end ? 11 : 14)),
      gauge(scene, name, by(catalog.name), (time) => (time >= full && time < end ? 6 : 9)),
      gauge(
        scene,
        mysql ? 'mysql_global_variables_max_connections' : 'pg_settings_max_connections',
        { job: 'database-exporter', namespace, service: database.name },
        () => 100,
      ),
    );
    highErrorRate(plan, orders, { since: full, percent: 44 });
    highErrorRate(plan, catalog, { since: full, percent: 39 });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker },
        { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
      ],
      category: ['pool-exhausted'],
      keywords: [['too many clients', 'Too many connections']],
      not: [
        { kind: 'Deployment', name: scene.cast.orders },
        { kind: 'Deployment', name: scene.cast.catalog },
        { category: 'credentials-invalid' },
      ],
    }),
};
