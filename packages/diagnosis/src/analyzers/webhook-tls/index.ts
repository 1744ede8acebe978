import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import {
  callsByWebhook,
  type FailedCall,
  refusedBy,
  registrationOf,
  webhookSubject,
} from '../_shared/webhook-calls.ts';

const CODE = 'webhook/tls';

/** Admission webhooks whose certificate the API server does not accept. */
export const analyzer: Analyzer = {
  name: 'webhook-tls',
  codes: {
    [CODE]:
      'The API server does not accept the certificate of an admission webhook; objects in its scope cannot be created.',
  },
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'ReplicaSet', 'Event'],
  analyze(snapshot) {
    return callsByWebhook(snapshot, 'tls').map((calls) => report(snapshot, calls));
  },
};

function report(snapshot: Snapshot, calls: readonly [FailedCall, ...FailedCall[]]): Finding {
  const [first] = calls;
  const registered = registrationOf(snapshot, first.webhook);
  const { subject, aliases } = webhookSubject(registered, first);
  const refused = refusedBy(calls);
  return {
    code: CODE,
    subject,
    category: 'webhook-tls',
    role: 'cause',
    layer: 'admission',
    strength: 0.95,
    statement: `The API server does not accept the certificate of webhook \`${first.webhook}\`: ${faultOf(first.message)}; ${formatSubject(first.refused)}${refused.length > 1 ? ' and others' : ''} cannot create Pods`,
    evidence: [
      ...first.evidence,
      ...(registered ? [citeField(registered.configuration, `${registered.path}.clientConfig.service`)] : []),
    ],
    aliases,
    affects: refused,
    since: first.since,
    remediation: [
      {
        action: 'patch-webhook',
        risk: 'R3',
        statement: `Renew the webhook's certificate and the caBundle of ${formatSubject(subject)}`,
        preconditions: ['The new certificate is signed by the CA in the caBundle'],
        undo: 'Restore the former caBundle',
      },
    ],
  };
}

function faultOf(message: string): string {
  if (/unknown authority/i.test(message)) return 'its CA is not in the caBundle';
  if (/expired|not yet valid/i.test(message)) return 'it is outside its time of validity';
  if (/valid for|doesn't contain any (?:IP )?SANs|not (?:valid )?for/i.test(message))
    return 'it is issued for another name';
  return 'the TLS handshake fails';
}
