import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { editorOf } from '../../kit/edits.ts';
import { addWebhook, callFailed, refuseReplacement, toolName } from '../../kit/webhook.ts';

function errorOf(scene: Scene): { error: string; mark: string[] } {
  const tool = toolName(scene);
  return scene.random.pick('tls-error', [
    {
      error: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      mark: ['unknown authority'],
    },
    {
      error: `tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "${tool}-ca")`,
      mark: ['unknown authority'],
    },
    {
      error: `tls: failed to verify certificate: x509: certificate is valid for ${tool}.admission, ${tool}.admission.svc, not ${tool}.policy-system.svc`,
      mark: ['certificate is valid for', 'not policy'],
    },
  ]);
}

/** The API server does not trust the certificate of a webhook that must answer. */
export const fault: Fault = {
  code: 'W02',
  name: 'webhook certificate not trusted',
  lookAlikes: ['W01', 'X01', 'X03'],
  scenario: {
    slug: 'w02-webhook-tls',
    title: 'Deleted pods are not replaced',
    families: ['admission', 'certificate'],
    build(scene) {
      const { plan, app, bystanders } = basePlan(scene);
      const at = scene.around('rotated', 40);
      const kind = scene.random.pick('kind', [
        'ValidatingWebhookConfiguration',
        'MutatingWebhookConfiguration',
      ] as const);
      const edit = { at: scene.repaired ? scene.repairedAt : at, manager: editorOf(scene) };
      const webhook = addWebhook(plan, { tool: toolName(scene), namespace: 'policy-system', kind, edit });
      const { error } = errorOf(scene);
      complaining(plan, webhook.server, {
        complaints: [
          {
            since: at + 60_000,
            every: 90,
            say: (_time, index) => ({
              level: 'error',
              message: `http: TLS handshake error from 10.0.0.${4 + (index % 3)}:${41_000 + index}: remote error: tls: bad certificate`,
            }),
          },
        ],
      });
      const since = at + 9 * 60_000;
      refuseReplacement(plan, app.orders, { since, message: callFailed(webhook, error) });
      if (scene.random.chance('second-victim', 0.5))
        refuseReplacement(plan, bystanders.other, { since: since + 40_000, message: callFailed(webhook, error) });
      return plan;
    },
    expected: (scene) => {
      const tool = toolName(scene);
      return causeIs({
        causes: [
          { kind: 'ValidatingWebhookConfiguration', name: tool },
          { kind: 'MutatingWebhookConfiguration', name: tool },
        ],
        category: ['webhook-tls'],
        keywords: [[tool], ['x509', ...errorOf(scene).mark]],
        not: [
          { category: 'webhook-unavailable' },
          { category: 'certificate-expired' },
          { kind: 'Deployment', namespace: scene.cast.namespace },
        ],
      });
    },
  },
};
