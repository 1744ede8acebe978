import { causeIs } from '../../../../recordings/expect.ts';
import { addClient, addPostgres, clientLoses, crashPostgres } from '../postgres.ts';
import { demo } from '../stage.ts';
import { SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The clients of one namespace crash because the database of another got a command that exits. */
export const fault: Fault = {
  code: 'KDS-cross-namespace-dependency',
  name: 'the database is in another namespace',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-cross-namespace-dependency',
    title: 'Two services crash-loop, nothing else in their namespace is wrong',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-xns-infra', 'demo-xns-app');
      const at = scene.around('inject', 12);
      const postgres = addPostgres(plan, 'demo-xns-infra');
      plan.objects.push(
        configMap(scene, {
          namespace: 'demo-xns-infra',
          name: 'postgres-config',
          data: { 'config.yaml': 'startup: enabled\n' },
          created: postgres.created,
        }),
      );
      crashPostgres(postgres, at);
      for (const name of ['api-gateway', 'payment-processor']) {
        const host = 'postgres.demo-xns-infra.svc';
        clientLoses(plan, addClient(plan, 'demo-xns-app', { name, host }), { host, at: at + 14 * SECOND });
      }
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-xns-infra', name: 'postgres' }],
        category: ['app-crash', 'version-errors', 'script-error', 'rollout-stuck'],
        not: [{ kind: 'Deployment', namespace: 'demo-xns-app' }],
      }),
  },
};
