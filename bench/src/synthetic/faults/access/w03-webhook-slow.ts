import { MINUTE } from '@headwater/core/time.ts';
import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { addMetrics, counter, during, steady } from '@headwater/testkit/world/metrics.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { addWebhook, callFailed, refuseReplacement, toolName } from '../../kit/webhook.ts';

const seconds = (scene: Scene): number => scene.random.pick('timeout', [10, 15, 30]);

/** A webhook answers too late: its Pods are up, and creates run into its timeout. */
export const fault: Fault = {
  code: 'W03',
  name: 'webhook slower than its timeout',
  lookAlikes: ['W01', 'Z01'],
  scenario: {
    slug: 'w03-webhook-slow',
    title: 'Creating pods takes long and mostly fails',
    families: ['admission'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const at = scene.around('slow', 38);
      const kind = scene.random.pick('kind', [
        'ValidatingWebhookConfiguration',
        'MutatingWebhookConfiguration',
      ] as const);
      const timeoutSeconds = seconds(scene);
      const webhook = addWebhook(plan, { tool: toolName(scene), namespace: 'policy-system', kind, timeoutSeconds });
      const error = scene.random.pick('late', [
        'context deadline exceeded',
        'net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
        'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      ]);
      refuseReplacement(plan, app.orders, { since: at + 7 * MINUTE, message: callFailed(webhook, error) });
      complaining(plan, webhook.server, {
        complaints: [
          {
            since: at,
            every: 50,
            say: (_time, index) => ({
              level: 'warn',
              message: scene.random.pick('slow-words', ['slow admission review', 'policy evaluation took too long']),
              fields: { took: `${timeoutSeconds + 2 + (index % 5)}.4s`, resource: 'pods', operation: 'CREATE' },
            }),
          },
        ],
      });
      const labels = {
        job: 'apiserver',
        name: webhook.hook,
        operation: 'CREATE',
        type: kind.startsWith('V') ? 'validating' : 'admit',
      };
      const took = during(scene, at, {
        normal: steady(scene, 'fast', 0.02),
        faulty: steady(scene, 'late', 0.3 * timeoutSeconds),
      });
      const rate = steady(scene, 'calls', 0.3);
      addMetrics(
        plan,
        counter(
          scene,
          'apiserver_admission_webhook_admission_duration_seconds_sum',
          { ...labels, rejected: 'false' },
          { rate: took },
        ),
        counter(
          scene,
          'apiserver_admission_webhook_admission_duration_seconds_count',
          { ...labels, rejected: 'false' },
          { rate },
        ),
        counter(
          scene,
          'apiserver_admission_webhook_rejection_count',
          { ...labels, error_type: 'calling_webhook_error', rejection_code: '0' },
          { rate: during(scene, at, { normal: () => 0, faulty: steady(scene, 'rejected', 0.1) }) },
        ),
      );
      if (scene.random.chance('burn', 0.4))
        alert(plan, {
          alertname: 'KubeAPIErrorBudgetBurn',
          severity: 'critical',
          labels: { long: '1h', short: '5m' },
          summary: 'The API server is burning too much error budget.',
          description: 'The API server is burning too much error budget on cluster .',
          at: at + 15 * MINUTE,
        });
      return plan;
    },
    expected: (scene) => {
      const tool = toolName(scene);
      return causeIs({
        causes: [
          { kind: 'ValidatingWebhookConfiguration', name: tool },
          { kind: 'MutatingWebhookConfiguration', name: tool },
          { kind: 'Deployment', namespace: 'policy-system', name: tool },
        ],
        category: ['webhook-slow'],
        keywords: [[tool], ['deadline exceeded', 'Client.Timeout', `${seconds(scene)}s`, 'timeout']],
        not: [
          { category: 'webhook-unavailable' },
          { category: 'api-server-overload' },
          { kind: 'Deployment', namespace: scene.cast.namespace },
        ],
      });
    },
  },
};
