import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { databaseCall, databaseUser, exporterLabels } from '../../kit/database.ts';
import { tooManyConnections } from '../../kit/database-words.ts';
import { serve } from '../../kit/load.ts';
import { errorLine } from '../../kit/runtimes.ts';

/** A client that looks healthy never gives its connections back; the database turns the others away. */
export const fault: Fault = {
  code: 'Y05',
  name: 'connection limit exhausted by a leaking client',
  lookAlikes: ['Y06', 'U05', 'Y02'],
  scenario: {
    slug: 'y05-pool-exhausted',
    title: 'Services lose their database one after the other, at random',
    families: ['dependency', 'saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database', 'worker'] });
      const { orders, catalog, worker, database, namespace } = app;
      const full = scene.around('full', 17);
      const mysql = scene.cast.engines.database === 'mysql';
      if (scene.repaired) allPods(worker, running(), { created: scene.repairedAt });
      realise(plan, worker);
      for (const client of [orders, catalog]) {
        const words = tooManyConnections(scene, client, databaseCall(plan, app, client));
        complaining(plan, client, {
          complaints: [{ since: full, every: 24, say: () => errorLine('query failed', words) }],
        });
      }
      const end = scene.repaired ? scene.repairedAt : Number.POSITIVE_INFINITY;
      const held = ramp(full - 24 * 60_000, full, [9, 83]);
      const labels = exporterLabels(plan, app);
      // postgres_exporter tells clients apart by application_name; mysqld_exporter by the user of the process list.
      const by = (client: string, value: (time: number) => number): ReturnType<typeof gauge> =>
        mysql
          ? gauge(scene, 'mysql_info_schema_processlist_processes_by_user', { ...labels, mysql_user: client }, value)
          : gauge(
              scene,
              'pg_stat_activity_count',
              {
                ...labels,
                application_name: client,
                datname: 'app',
                state: 'idle in transaction',
                usename: databaseUser(plan),
              },
              value,
            );
      addMetrics(
        plan,
        by(worker.name, (time) => (time < end ? held(time) : 9)),
        by(orders.name, (time) => (time >= full && time < end ? 9 : 12)),
        by(catalog.name, (time) => (time >= full && time < end ? 7 : 8)),
        gauge(
          scene,
          mysql ? 'mysql_global_variables_max_connections' : 'pg_settings_max_connections',
          labels,
          () => 100,
        ),
        ...(mysql
          ? [
              gauge(scene, 'mysql_global_status_threads_connected', labels, (time) =>
                time < end ? Math.min(100, held(time) + 17) : 29,
              ),
            ]
          : []),
      );
      serve(plan, orders, { since: full, errors: [0.001, 0.41] });
      serve(plan, catalog, { since: full, errors: [0.001, 0.37], rate: [8, 8] });
      highErrorRate(plan, orders, { since: full, percent: 41 });
      highErrorRate(plan, catalog, { since: full, percent: 37 });
      if (scene.random.chance('connections-alert', 0.5))
        alert(plan, {
          alertname: mysql ? 'MySQLTooManyConnections' : 'PostgresqlTooManyConnections',
          severity: 'warning',
          labels: { ...labels, namespace },
          summary: `Too many connections (> 80%) on ${database.name}`,
          description: `More than 80% of the connections of ${labels['instance']} are in use.`,
          at: full - 60_000,
        });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.worker },
          { kind: 'StatefulSet', namespace: scene.cast.namespace, name: scene.cast.database },
        ],
        category: ['pool-exhausted'],
        keywords: [
          ['too many clients', 'Too many connections', 'connection slots'],
          [scene.cast.worker, '100'],
        ],
        not: [
          { kind: 'Deployment', name: scene.cast.orders },
          { kind: 'Deployment', name: scene.cast.catalog },
          { category: 'credentials-invalid' },
          { category: 'slow-query' },
        ],
      }),
  },
};
