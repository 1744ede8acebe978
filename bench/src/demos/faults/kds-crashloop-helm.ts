import { causeIs } from '../../../../recordings/expect.ts';
import { editConfigMap } from '../../synthetic/kit/config-edits.ts';
import { BAD, EMERG, GOOD, addServer } from '../server.ts';
import { demo, fireForPods, patch } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { secret } from '@headwater/testkit/world/objects.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** A Helm upgrade writes an unknown directive into the chart's ConfigMap; its checksum annotation rolls the pods. */
export const fault: Fault = {
  code: 'KDS-crashloop-helm',
  name: 'Helm upgrade with a broken configuration',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-crashloop-helm',
    title: "A chart's pods crash after its upgrade",
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-crashloop-helm');
      const namespace = 'demo-crashloop-helm';
      const at = scene.around('inject', 12);
      const worker = addServer(plan, namespace, 'worker', { config: 'worker-config', manager: 'helm' });
      worker.labels['app.kubernetes.io/managed-by'] = 'Helm';
      worker.annotations['meta.helm.sh/release-name'] = 'demo-crashloop-helm';
      worker.annotations['meta.helm.sh/release-namespace'] = namespace;
      editConfigMap(plan, {
        namespace,
        name: 'worker-config',
        good: { 'nginx.conf': GOOD },
        bad: { 'nginx.conf': BAD },
        at: at - SECOND,
        manager: 'helm',
        owner: 'helm',
        labels: { 'app.kubernetes.io/managed-by': 'Helm' },
        watched: false,
      });
      const release = (version: number, status: string, time: number): void => {
        plan.objects.push(
          secret(scene, {
            namespace,
            name: `sh.helm.release.v1.demo-crashloop-helm.v${version}`,
            keys: ['release'],
            type: 'helm.sh/release.v1',
            labels: { name: 'demo-crashloop-helm', owner: 'helm', status, version: String(version) },
            created: time,
            manager: 'helm',
          }),
        );
      };
      release(1, 'superseded', worker.created);
      release(2, 'deployed', at - SECOND);
      patch(worker, {
        at,
        manager: 'helm',
        annotations: { 'checksum/config': scene.random.hex('checksum', 64) },
        spec: () => undefined,
        state: crashLooping({ exitCode: 1, ran: 1, says: [EMERG] }),
      });
      fireForPods(plan, worker, {
        alertname: 'KubePodCrashLooping',
        severity: 'critical',
        at: at + 4 * MINUTE,
        summary: ({ pod }) =>
          `Container worker in pod ${pod} is in CrashLoopBackOff with 4 restarts in the last 10 minutes.`,
        description: () => 'The worker deployment is crash looping. The workload is managed by Helm.',
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'ConfigMap', namespace: 'demo-crashloop-helm', name: 'worker-config' },
          { kind: 'Deployment', namespace: 'demo-crashloop-helm', name: 'worker' },
        ],
        category: ['config-malformed', 'config-changed'],
        keywords: [['invalid_directive_that_breaks_nginx', 'unknown directive']],
      }),
  },
};
