import { causeIs } from '../../../../recordings/expect.ts';
import { addClient, addPostgres, clientLoses } from '../postgres.ts';
import { demo, fireForPods, patch } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The database gets sixteen mebibytes and dies (warning); its client crash-loops and alerts as critical. */
export const fault: Fault = {
  code: 'KDS-severity-misdirection',
  name: 'the quiet alert is the cause',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-severity-misdirection',
    title: 'A gateway crash-loops, a database was killed once before',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-severity-misdirection');
      const namespace = 'demo-severity-misdirection';
      const at = scene.around('inject', 13);
      const postgres = addPostgres(plan, namespace);
      plan.objects.push(
        configMap(scene, {
          namespace,
          name: 'postgres-config',
          data: { 'config.yaml': 'startup: enabled\n' },
          created: postgres.created,
        }),
      );
      const gateway = addClient(plan, namespace, { name: 'api-gateway', host: 'postgres' });
      patch(postgres, {
        at,
        through: true,
        spec: (spec) => {
          mainContainer(spec).resources = {
            limits: { memory: '16Mi', cpu: '200m' },
            requests: { memory: '16Mi', cpu: '50m' },
          };
        },
        state: crashLooping({ exitCode: 137, reason: 'OOMKilled', ran: 2, says: [] }),
      });
      clientLoses(plan, gateway, { host: 'postgres', at: at + 12 * SECOND });
      fireForPods(plan, postgres, {
        alertname: 'ContainerOOMKilling',
        severity: 'warning',
        at: at + MINUTE,
        extra: { reason: 'OOMKilled' },
        summary: ({ container: name, pod }) =>
          `Container ${name} in pod ${pod} has been OOM-killed in namespace ${namespace}.`,
        description: () =>
          'The container was terminated due to exceeding its memory limit. The pod may restart but will likely be killed again if the memory pressure persists.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'demo-severity-misdirection', name: 'postgres' }],
        category: ['oom-killed', 'memory-limit-too-low-to-start'],
        keywords: [['16Mi']],
        not: [{ kind: 'Deployment', name: 'api-gateway' }],
      }),
  },
};
