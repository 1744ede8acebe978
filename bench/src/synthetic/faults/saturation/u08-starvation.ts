import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { databasePort } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { clusterAddress } from '@headwater/testkit/world/service.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { exporterLabels } from '../../kit/database.ts';
import { serve } from '../../kit/load.ts';

/** Only those alert that get nothing to do any more; what is broken is the way to the service above them. */
export const fault: Fault = {
  code: 'U08',
  name: 'starvation by a break upstream',
  lookAlikes: ['V01', 'V02', 'K01'],
  scenario: {
    slug: 'u08-starvation',
    title: 'Two backends and a database have nothing to do',
    families: ['saturation', 'service'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['database', 'payments'] });
      const { frontend, orders, catalog, payments, port, namespace } = app;
      const at = scene.around('edit', 22);
      breakService(plan, at, port);
      const refused = `dial tcp ${clusterAddress(scene, orders)}:${port}: connect: connection refused`;
      complaining(plan, frontend, {
        complaints: [
          {
            since: at + 2_000,
            every: 13,
            say: () => ({
              level: 'error',
              message: `call to ${orders.name} failed: Post "http://${orders.name}:${port}/api": ${refused}`,
              fields: { status: 502 },
            }),
          },
        ],
      });
      realise(plan, app.database);
      for (const starved of [orders, catalog, payments])
        serve(plan, starved, { since: at, rate: [7, 0], cores: [0.09, 0.01] });
      const mysql = scene.cast.engines.database === 'mysql';
      const rate = during(scene, at, { normal: steady(scene, 'queries', 44), faulty: () => 0.2 });
      addMetrics(
        plan,
        mysql
          ? counter(scene, 'mysql_global_status_queries', exporterLabels(plan, app), { rate })
          : counter(scene, 'pg_stat_database_xact_commit', { ...exporterLabels(plan, app), datname: 'app' }, { rate }),
      );
      for (const { name } of [catalog, payments])
        alert(plan, {
          alertname: 'NoRequestsReceived',
          severity: 'warning',
          labels: { namespace, service: name },
          summary: `${name} receives no requests`,
          description: `${name} in ${namespace} has not received a request for 5 minutes.`,
          at: at + 6 * MINUTE,
        });
      alert(plan, {
        alertname: 'NoDatabaseOperations',
        severity: 'warning',
        labels: { namespace, service: app.database.name, port: String(databasePort(scene)) },
        summary: `${app.database.name} has nothing to do`,
        description: `No operation on ${app.database.name} in ${namespace} for 5 minutes.`,
        at: at + 7 * MINUTE,
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Service', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: isSelector(scene) ? ['selector-mismatch'] : ['target-port-wrong'],
        keywords: [isSelector(scene) ? ['release'] : ['targetPort', '9443']],
        not: [
          { kind: 'Deployment', name: scene.cast.catalog },
          { kind: 'StatefulSet' },
          { kind: 'Deployment', name: scene.cast.frontend },
        ],
      }),
  },
};

function isSelector(scene: Scene): boolean {
  return scene.random.chance('selector', 0.5);
}

function breakService(plan: Plan, at: number, port: number): void {
  const { scene } = plan;
  const service = plan.services.find(({ name }) => name === scene.cast.orders);
  if (!service) return;
  service.changed = scene.repaired ? scene.repairedAt : at;
  service.manager = 'kubectl-edit';
  if (scene.repaired) return;
  if (isSelector(scene)) service.selector = { ...service.selector, release: 'blue' };
  else service.ports = [{ name: 'http', port, protocol: 'TCP', targetPort: 9443 }];
}
