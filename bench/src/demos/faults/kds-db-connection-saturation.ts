import { causeIs } from '../../../../recordings/expect.ts';
import { clock, demo, fire, part, says } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { addMetrics, gauge, ramp } from '@headwater/testkit/world/metrics.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A client opens a connection every eight seconds and never closes one; two others are turned away. */
export const fault: Fault = {
  code: 'KDS-db-connection-saturation',
  name: 'one client leaks connections',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-db-connection-saturation',
    title: 'A database runs out of connections',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-orders');
      const namespace = 'demo-orders';
      const at = scene.around('leak', 5);
      const postgres = part(plan, namespace, 'postgres', {
        image: 'quay.io/sclorg/postgresql-16-c9s:latest',
        port: 5432,
        args: ['run-postgresql', '-c', 'max_connections=15', '-c', 'superuser_reserved_connections=3'],
        env: { POSTGRESQL_USER: 'demo', POSTGRESQL_DATABASE: 'demo', POSTGRESQL_MAX_CONNECTIONS: '15' },
        memory: ['128Mi', '256Mi'],
      });
      postgres.spec.containers.push(
        container('postgres-exporter', {
          image: 'quay.io/prometheuscommunity/postgres-exporter:latest',
          port: 9187,
          portName: 'metrics',
        }),
      );
      says(plan, postgres, {
        since: at,
        every: 11,
        line: (time) =>
          `${clock(time)} UTC [${600 + (time % 97)}] FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute`,
      });
      const pool = part(plan, namespace, 'client-pool', {
        image: 'quay.io/sclorg/postgresql-16-c9s:latest',
        command: ['sh', '-c'],
        args: [
          'i=0\nwhile true; do i=$((i+1)); echo "[client-pool] Opening persistent connection #$i"; psql -h postgres -U demo -d demo -c "SELECT pg_sleep(86400)" & sleep 8; done',
        ],
        memory: ['64Mi', '128Mi'],
      });
      const began = at - 96 * SECOND;
      says(plan, pool, {
        every: 8,
        line: (_time, index) => `[client-pool] Opening persistent connection #${index + 1}`,
        pod: { created: began },
      });
      for (const name of ['order-service', 'report-generator']) {
        const client = part(plan, namespace, name, {
          image: 'quay.io/sclorg/postgresql-16-c9s:latest',
          command: ['sh', '-c'],
          args: [
            `while true; do psql -h postgres -U demo -d demo -t -c "SELECT 1" || echo "[${name}] ERROR: Database query failed"; sleep 10; done`,
          ],
          env: { PGHOST: 'postgres' },
        });
        says(plan, client, {
          every: 10,
          line: (time, index) =>
            time < at
              ? `[${name}] Query OK`
              : index % 2 === 0
                ? `psql: error: connection to server at "postgres" (${clusterAddress(scene, postgres)}), port 5432 failed: FATAL:  sorry, too many clients already`
                : `[${name}] ERROR: Database query failed`,
        });
      }
      const labels = { datname: 'demo', job: 'postgres', namespace, service: 'postgres' };
      addMetrics(
        plan,
        gauge(
          scene,
          'pg_stat_activity_count',
          { ...labels, state: 'active', usename: 'demo' },
          ramp(began, at, [1, 12]),
        ),
        gauge(scene, 'pg_settings_max_connections', { job: 'postgres', namespace, service: 'postgres' }, () => 15),
      );
      fire(plan, {
        alertname: 'DatabaseConnectionPoolExhausted',
        severity: 'critical',
        labels: { ...labels, state: 'active' },
        summary:
          'PostgreSQL connection pool in namespace demo-orders is near exhaustion. 12 active connections detected against a max_connections limit of 15.',
        description:
          'The database server postgres in namespace demo-orders has 12 active connections out of 15 max_connections. Client applications may experience connection failures.',
        at: at + 30 * SECOND,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        // The client that leaks is the ideal answer; the server that is full is accepted by its authors.
        causes: [
          { kind: 'Deployment', namespace: 'demo-orders', name: 'client-pool' },
          { kind: 'Deployment', namespace: 'demo-orders', name: 'postgres' },
        ],
        category: ['pool-exhausted'],
        not: [
          { kind: 'Deployment', name: 'order-service' },
          { kind: 'Deployment', name: 'report-generator' },
        ],
      }),
  },
};
