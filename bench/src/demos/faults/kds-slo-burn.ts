import { causeIs } from '../../../../recordings/expect.ts';
import { demo, fire, part, patch, says } from '../stage.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import { configMap } from '@headwater/testkit/world/objects.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { realise } from '@headwater/testkit/world/realise.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { Plan } from '@headwater/testkit/world/plan.ts';
import type { Fault } from '../../synthetic/fault.ts';

/** The rollout mounts another ConfigMap that answers 500 to the API and 200 to the health check. */
export const fault: Fault = {
  code: 'KDS-slo-burn',
  name: 'a ConfigMap makes the service answer 500',
  lookAlikes: [],
  scenario: {
    slug: 'demo-kds-slo-burn',
    title: 'A service burns its error budget',
    families: ['demos'],
    build(scene) {
      const { plan } = demo(scene, 'demo-slo');
      const namespace = 'demo-slo';
      const at = scene.around('inject', 12);
      const gateway = part(plan, namespace, 'api-gateway', {
        image: 'quay.io/kubernaut-cicd/demo-http-server:1.0.0',
        port: 8080,
        probes: '/healthz',
        replicas: 2,
        env: { CONFIG_PATH: '/etc/demo-http-server/config.yaml' },
        mounts: { config: '/etc/demo-http-server/config.yaml' },
        memory: ['32Mi', '64Mi'],
        cpu: ['10m', '50m'],
        spec: { volumes: [{ name: 'config', configMap: { defaultMode: 420, name: 'api-config' } }] },
      });
      const blackbox = part(plan, namespace, 'blackbox-exporter', {
        image: 'prom/blackbox-exporter:v0.25.0',
        port: 9115,
      });
      const load = part(plan, namespace, 'traffic-gen', {
        image: 'curlimages/curl:8.8.0',
        command: [
          'sh',
          '-c',
          'while true; do curl -s -o /dev/null -w "%{http_code}\\n" http://api-gateway:8080/api/status; sleep 1; done',
        ],
      });
      plan.objects.push(
        configMap(scene, {
          namespace,
          name: 'api-config',
          data: { 'config.yaml': routes(200) },
          created: gateway.created,
        }),
        configMap(scene, {
          namespace,
          name: 'api-config-bad',
          data: { 'config.yaml': routes(500) },
          created: at - SECOND,
        }),
      );
      patch(gateway, {
        at,
        through: true,
        spec: (spec) => {
          spec.volumes = [{ name: 'config', configMap: { defaultMode: 420, name: 'api-config-bad' } }];
        },
        state: running(),
      });
      says(plan, load, { every: 9, line: (time) => (time > at + 20 * SECOND ? '500' : '200') });
      addMetrics(plan, ...probes(plan, realise(plan, blackbox).pods[0]?.name ?? '', at + 20 * SECOND));
      fire(plan, {
        alertname: 'ErrorBudgetBurn',
        severity: 'critical',
        labels: {
          deployment: 'api-gateway',
          instance: 'http://api-gateway.demo-slo.svc:8080/api/status',
          job: 'api-gateway-probe',
          namespace,
        },
        summary:
          'Service api-gateway burning SLO error budget at 97.2% error rate. SLO target: 99.9% (0.1% error budget). At this rate, the budget will exhaust within approximately 1 hour.',
        description:
          'The 5-minute rolling error rate for api-gateway in demo-slo has exceeded the sustainable burn rate threshold (14.4x). This is measured via blackbox probing of the /api/ endpoint. Proactive rollback is recommended to preserve the SLO.',
        at: at + 4 * MINUTE,
      });
      return plan;
    },
    expected: () =>
      causeIs({
        causes: [
          { kind: 'Deployment', namespace: 'demo-slo', name: 'api-gateway' },
          { kind: 'ConfigMap', namespace: 'demo-slo', name: 'api-config-bad' },
        ],
        category: ['version-errors', 'config-changed', 'feature-flag'],
        keywords: [['api-config-bad']],
      }),
  },
};

function routes(status: number): string {
  return `port: 8080\nroutes:\n  - path: /healthz\n    status: 200\n    body: 'ok'\n  - path: /api/\n    status: ${status}\n    body: '${status === 200 ? 'healthy' : 'internal error'}'\n`;
}

function probes({ scene }: Plan, pod: string, broken: number): Series[] {
  const labels = {
    instance: 'http://api-gateway.demo-slo.svc:8080/api/status',
    job: 'api-gateway-probe',
    namespace: 'demo-slo',
  };
  return [
    gauge(scene, 'probe_success', { ...labels, pod }, (time) => (time > broken ? 0 : 1)),
    gauge(scene, 'probe_http_status_code', labels, (time) => (time > broken ? 500 : 200)),
  ];
}
