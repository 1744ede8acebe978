import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { workloadsBehind } from '../_shared/dependencies.ts';
import {
  callsByWebhook,
  type FailedCall,
  refusedBy,
  registrationOf,
  serviceIn,
  webhookSubject,
} from '../_shared/webhook-calls.ts';

const CODE = 'webhook/slow';

/** Admission webhooks that answer too late. */
export const analyzer: Analyzer = {
  name: 'webhook-slow',
  codes: { [CODE]: 'An admission webhook does not answer within its timeout; objects in its scope are refused.' },
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Pod', 'ReplicaSet', 'Event'],
  analyze(snapshot) {
    return callsByWebhook(snapshot, 'slow').map((calls) => report(snapshot, calls));
  },
};

function report(snapshot: Snapshot, calls: readonly [FailedCall, ...FailedCall[]]): Finding {
  const [first] = calls;
  const registered = registrationOf(snapshot, first.webhook);
  const { subject, aliases } = webhookSubject(registered, first);
  const called = serviceIn(first.message);
  const service = called && snapshot.objects.get('Service', called.namespace, called.name);
  const timeout = /timeout=(\d+s)/.exec(first.message)?.[1];
  const refused = refusedBy(calls);
  return {
    code: CODE,
    subject,
    category: 'webhook-slow',
    role: 'cause',
    layer: 'admission',
    strength: 0.9,
    statement: `Webhook \`${first.webhook}\` does not answer within its timeout${timeout ? ` of \`${timeout}\`` : ''}, so ${formatSubject(first.refused)}${refused.length > 1 ? ' and others' : ''} cannot create Pods`,
    evidence: [
      ...first.evidence,
      ...(registered
        ? [
            citeField(registered.configuration, `${registered.path}.timeoutSeconds`),
            citeField(registered.configuration, `${registered.path}.failurePolicy`),
          ]
        : []),
    ],
    aliases,
    affects: refused,
    blames: service ? workloadsBehind(snapshot, service) : [],
    since: first.since,
    remediation: [
      {
        action: 'patch-webhook',
        risk: 'R3',
        statement: `Lower the timeout or narrow the scope of ${formatSubject(subject)}, or give the Pods behind it more room`,
        preconditions: ['What the webhook enforces may be missed for that time'],
        undo: 'Restore the former configuration',
      },
    ],
  };
}
