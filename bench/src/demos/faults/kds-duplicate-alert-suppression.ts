import { causeIs } from '../../../../recordings/expect.ts';
import { BAD, EMERG, GOOD, addServer } from '../server.ts';
import { demo, fireForPods, patch } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** Five replicas crash of one swapped ConfigMap; every pod raises its own alert. */
export const fault: Fault = {
  code: 'KDS-duplicate-alert-suppression',
  name: 'one broken configuration, an alert for each pod',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-duplicate-alert-suppression',
    title: 'Five pods raise the same alert',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-alert-storm');
      const namespace = 'demo-alert-storm';
      const at = scene.around('inject', 13);
      const gateway = addServer(plan, namespace, 'api-gateway', { config: 'nginx-config' });
      gateway.replicas = 5;
      plan.objects.push(
        configMap(scene, { namespace, name: 'nginx-config', data: { 'nginx.conf': GOOD }, created: gateway.created }),
        configMap(scene, { namespace, name: 'nginx-config-bad', data: { 'nginx.conf': BAD }, created: at - SECOND }),
      );
      patch(gateway, {
        at,
        through: true,
        spec: (spec) => {
          spec.volumes = [{ name: 'config', configMap: { defaultMode: 420, name: 'nginx-config-bad' } }];
        },
        state: crashLooping({ exitCode: 1, ran: 1, says: [EMERG] }),
      });
      fireForPods(plan, gateway, {
        alertname: 'KubePodCrashLooping',
        severity: 'critical',
        at: at + 5 * MINUTE,
        summary: ({ container: name, pod }) =>
          `Container ${name} in pod ${pod} is in CrashLoopBackOff with 4 restarts in the last 3 minutes.`,
        description: () =>
          'Multiple pods in the api-gateway deployment are crashing simultaneously. This creates an alert storm that tests the Gateway deduplication logic.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'demo-alert-storm', name: 'api-gateway' },
          { kind: 'ConfigMap', namespace: 'demo-alert-storm', name: 'nginx-config-bad' },
        ],
        category: ['config-malformed', 'config-changed'],
      }),
  },
};
