import { causeIs } from '../../../../recordings/expect.ts';
import { BAD, EMERG, GOOD, addServer } from '../server.ts';
import { demo, fireForPods, patch } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A Deployment is patched to mount a new ConfigMap whose directive its server does not know. */
export const fault: Fault = {
  code: 'KDS-crashloop',
  name: 'ConfigMap swapped for a broken one',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-crashloop',
    title: 'Two pods of a worker restart again and again',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-checkout');
      const namespace = 'demo-checkout';
      const at = scene.around('inject', 13);
      const worker = addServer(plan, namespace, 'worker', { config: 'worker-config' });
      plan.objects.push(
        configMap(scene, { namespace, name: 'worker-config', data: { 'nginx.conf': GOOD }, created: worker.created }),
        configMap(scene, { namespace, name: 'worker-config-bad', data: { 'nginx.conf': BAD }, created: at - SECOND }),
      );
      patch(worker, {
        at,
        spec: (spec) => {
          spec.volumes = [{ name: 'config', configMap: { defaultMode: 420, name: 'worker-config-bad' } }];
        },
        state: crashLooping({ exitCode: 1, ran: 1, says: [EMERG] }),
      });
      fireForPods(plan, worker, {
        alertname: 'KubePodCrashLooping',
        severity: 'critical',
        at: at + 2 * MINUTE,
        summary: ({ container: name, pod }) =>
          `Container ${name} in pod ${pod} is restarting repeatedly (3 restarts in 5m).`,
        description: ({ namespace: where }) =>
          `A container in namespace ${where} is failing to reach a stable running state. Elevated restart rate may indicate service degradation.`,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'demo-checkout', name: 'worker' },
          { kind: 'ConfigMap', namespace: 'demo-checkout', name: 'worker-config-bad' },
        ],
        category: ['config-malformed', 'config-changed'],
        keywords: [['invalid_directive_that_breaks_nginx', 'unknown directive']],
      }),
  },
};
