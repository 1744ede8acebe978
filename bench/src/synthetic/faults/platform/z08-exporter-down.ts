import { MINUTE } from '@headwater/core/time.ts';
import { alert, podCrashLooping, targetDown } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, during, gauge } from '@headwater/testkit/world/metrics.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';

const NAME = 'kube-state-metrics';

/** Z08: the exporter of object states is gone; half of the alerts cannot fire any more. */
export const fault: Fault = {
  code: 'Z08-exporter',
  name: 'monitoring exporter down',
  lookAlikes: ['P04', 'R03'],
  scenario: {
    slug: 'z08-exporter',
    title: 'The monitoring of the cluster has a hole',
    families: ['monitoring'],
    build(scene) {
      const { plan } = basePlan(scene, { needs: ['monitoring'] });
      const exporter = plan.workloads.find(({ name }) => name === NAME);
      if (!exporter) return plan;
      const at = scene.around('down', 26);
      const says = scene.random.pick('death', [
        [
          'I{time} 1 wrapper.go:78] "Starting kube-state-metrics"',
          'F{time} 1 wrapper.go:99] Failed to run kube-state-metrics: failed to create client: error while trying to communicate with apiserver: Get "https://10.96.0.1:443/version": tls: failed to verify certificate: x509: certificate signed by unknown authority',
        ],
        [
          'I{time} 1 wrapper.go:78] "Starting kube-state-metrics"',
          'F{time} 1 wrapper.go:99] Failed to run kube-state-metrics: resource verticalpodautoscalers does not exist. Available resources: certificatesigningrequests,configmaps,cronjobs',
        ],
      ]);
      exporter.pods = scene.repaired
        ? [{ revision: 'current', state: running(), created: scene.repairedAt }]
        : [{ revision: 'current', state: crashLooping({ exitCode: 1, ran: 1, since: at, says }) }];
      for (const pod of realise(plan, exporter).pods) {
        addMetrics(
          plan,
          gauge(
            scene,
            'up',
            {
              endpoint: 'https-main',
              instance: `${pod.frame.ip}:8443`,
              job: NAME,
              namespace: 'monitoring',
              pod: pod.name,
              service: NAME,
            },
            during(scene, at, { normal: () => 1, faulty: () => 0 }),
          ),
        );
        if (!scene.repaired && scene.random.chance('crash-alert', 0.3)) podCrashLooping(plan, pod, at);
      }
      if (scene.repaired) return plan;
      targetDown(plan, { namespace: 'monitoring', name: NAME }, at);
      if (scene.random.chance('missing', 0.5))
        alert(plan, {
          alertname: 'KubeStateMetricsDown',
          severity: 'critical',
          labels: { job: NAME },
          summary: 'Target disappeared from Prometheus target discovery.',
          description: 'KubeStateMetrics has disappeared from Prometheus target discovery.',
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: 'monitoring', name: NAME }],
        category: ['monitoring-broken', 'app-crash', 'certificate-untrusted', 'crd-missing', 'config-malformed'],
        keywords: [[NAME]],
        not: [{ kind: 'Node' }, { kind: 'Service' }],
      }),
  },
};
