import { causeIs } from '../../../../recordings/expect.ts';
import { addClient, addPostgres, clientLoses, crashPostgres } from '../postgres.ts';
import { demo } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The database's command is replaced; its two clients exit when they cannot reach it. */
export const fault: Fault = {
  code: 'KDS-cascading-service-failure',
  name: 'a database dies and takes two clients along',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-cascading-service-failure',
    title: 'Two services of one namespace crash-loop',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-order-fulfillment');
      const namespace = 'demo-order-fulfillment';
      const at = scene.around('inject', 12);
      const postgres = addPostgres(plan, namespace);
      plan.objects.push(
        configMap(scene, {
          namespace,
          name: 'postgres-config',
          data: { 'config.yaml': 'startup: enabled\nport: 5432\n' },
          created: postgres.created,
        }),
      );
      crashPostgres(postgres, at);
      for (const name of ['order-processor', 'inventory-sync']) {
        const host = 'postgres.demo-order-fulfillment.svc';
        clientLoses(plan, addClient(plan, namespace, { name, host }), { host, at: at + 14 * SECOND });
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-order-fulfillment', name: 'postgres' }],
        category: ['app-crash', 'version-errors', 'script-error', 'rollout-stuck'],
        not: [
          { kind: 'Deployment', name: 'order-processor' },
          { kind: 'Deployment', name: 'inventory-sync' },
        ],
      }),
  },
};
