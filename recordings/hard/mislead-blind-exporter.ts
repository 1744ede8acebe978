import { alert } from '@headwater/testkit/world/alerts.ts';
import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, during, gauge } from '@headwater/testkit/world/metrics.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { container, fromSecret, podSpec } from '@headwater/testkit/world/pod-spec.ts';
import { daysBefore, type Scene } from '@headwater/testkit/world/scene.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';

/** The database is down, says its exporter, which can no longer log in; everybody else uses the database as ever. */
export const scenario: HardScenario = {
  slug: 'mislead-blind-exporter',
  title: 'An alert says that the database is down',
  theme: 'misleading-alert',
  families: ['hard', 'dependency'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['database'], decoy: false });
    const { database, orders, namespace } = app;
    const postgres = scene.cast.engines.database === 'postgres';
    const at = scene.around('rotated', 26);
    const name = exporterOf(scene);
    plan.objects.push(
      secret(scene, {
        namespace,
        name: `${name}-login`,
        keys: ['password'],
        created: daysBefore(scene, 50),
        edited: { at, manager: 'kubectl-edit', keys: ['password'] },
      }),
    );
    const exporter = addWorkload(plan, namespace, name, {
      spec: podSpec([
        container('exporter', {
          image: postgres
            ? 'quay.io/prometheuscommunity/postgres-exporter:v0.17.1'
            : 'docker.io/prom/mysqld-exporter:v0.17.2',
          port: postgres ? 9187 : 9104,
          portName: 'metrics',
          env: {
            DATA_SOURCE_URI: `${database.name}:${databasePort(scene)}/postgres`,
            DATA_SOURCE_PASS: fromSecret(`${name}-login`, 'password'),
          },
          requests: { cpu: '10m', memory: '32Mi' },
        }),
      ]),
      logs: 'logfmt',
      days: 0.015,
    });
    const denied = postgres
      ? 'pq: password authentication failed for user "exporter"'
      : "Error 1045 (28000): Access denied for user 'exporter'@'10.244.1.9' (using password: YES)";
    complaining(plan, exporter, {
      complaints: [
        {
          since: at,
          every: 30,
          say: () => ({ level: 'error', message: `Error opening connection to database: ${denied}` }),
        },
      ],
    });
    const metric = postgres ? 'pg_up' : 'mysql_up';
    const labels = { job: name, namespace, service: name, instance: `${name}:9187` };
    addMetrics(plan, gauge(scene, metric, labels, during(scene, at, { normal: () => 1, faulty: () => 0 })));
    servesWell(plan, [orders, app.catalog]);
    alert(plan, {
      alertname: postgres ? 'PostgresqlDown' : 'MysqlDown',
      severity: 'critical',
      labels: { namespace, service: name, statefulset: database.name },
      summary: `${database.name} is down`,
      description: `The database ${database.name} does not answer.`,
      at: at + 120_000,
    });
    return plan;
  },
  expected: (scene) =>
    causeIs({
      causes: [
        { kind: 'Deployment', namespace: scene.cast.namespace, name: exporterOf(scene) },
        { kind: 'Secret', namespace: scene.cast.namespace, name: `${exporterOf(scene)}-login` },
      ],
      category: ['credentials-invalid', 'monitoring-broken', 'config-stale'],
      keywords: [['password authentication failed', 'Access denied']],
      not: [{ kind: 'StatefulSet' }],
    }),
};

function exporterOf(scene: Scene): string {
  return `${scene.cast.database}-exporter`;
}
