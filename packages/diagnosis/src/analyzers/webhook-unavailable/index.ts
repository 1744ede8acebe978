import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { workloadsBehind } from '../_shared/dependencies.ts';
import {
  callsByWebhook,
  type FailedCall,
  refusedBy,
  type RegisteredWebhook,
  registeredWebhooks,
  registrationOf,
  webhookSubject,
} from '../_shared/webhook-calls.ts';

const CODE = 'webhook/unavailable';

/** Admission webhooks nobody answers, so that what they should admit cannot be created. */
export const analyzer: Analyzer = {
  name: 'webhook-unavailable',
  codes: {
    [CODE]:
      'An admission webhook with failurePolicy Fail does not answer; objects in its scope cannot be created or changed.',
  },
  reads: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service', 'Pod', 'ReplicaSet', 'Event'],
  analyze(snapshot) {
    const failing = callsByWebhook(snapshot, 'unavailable').map((calls) => reportCalls(snapshot, calls));
    const known = new Set(callsByWebhook(snapshot, 'unavailable').map(([{ webhook }]) => webhook));
    const silent = registeredWebhooks(snapshot).filter(({ webhook }) => !known.has(webhook.name ?? ''));
    return [...failing, ...reportDead(snapshot, silent)];
  },
};

function reportCalls(snapshot: Snapshot, calls: readonly [FailedCall, ...FailedCall[]]): Finding {
  const [first] = calls;
  const registered = registrationOf(snapshot, first.webhook);
  const { subject, aliases } = webhookSubject(registered, first);
  const backend = registered ? backendOf(snapshot, registered) : null;
  const refused = refusedBy(calls);
  const many = refused.length > 1 ? ' and others' : '';
  return {
    ...base(subject, registered),
    strength: 0.95,
    statement: `Webhook \`${first.webhook}\` does not answer, so ${formatSubject(first.refused)}${many} cannot create Pods${backend?.text ?? ''}`,
    evidence: [...first.evidence, ...(registered ? citePolicy(registered) : []), ...(backend?.evidence ?? [])],
    aliases,
    affects: refused,
    blames: backend?.blames ?? [],
    since: first.since,
  };
}

// A webhook that must answer and has nobody behind it fails the next request in its scope, seen or not.
function reportDead(snapshot: Snapshot, registered: readonly RegisteredWebhook[]): Finding[] {
  const seen = new Set<string>();
  return registered.flatMap((entry) => {
    const backend = entry.webhook.failurePolicy === 'Ignore' ? null : backendOf(snapshot, entry);
    const { subject, aliases } = webhookSubject(entry, undefined);
    if (!backend || seen.has(subject.name)) return [];
    seen.add(subject.name);
    return [
      {
        ...base(subject, entry),
        strength: backend.strength,
        statement: `Webhook \`${entry.webhook.name ?? ''}\` of ${formatSubject(subject)} will refuse what it should admit${backend.text}`,
        evidence: [...citePolicy(entry), ...backend.evidence],
        aliases,
        blames: backend.blames,
      },
    ];
  });
}

function base(
  subject: Subject,
  registered: RegisteredWebhook | undefined,
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  return {
    code: CODE,
    subject,
    category: 'webhook-unavailable',
    role: 'cause',
    layer: 'admission',
    remediation: [
      {
        action: 'restart',
        risk: 'R2',
        statement: 'Bring the Pods behind the webhook back',
        preconditions: ['Its Deployment exists'],
        undo: 'None needed',
      },
      ...(registered
        ? [
            {
              action: 'patch-webhook',
              risk: 'R3' as const,
              statement: `Until then set failurePolicy Ignore, or narrow the scope, of ${formatSubject(subject)}`,
              preconditions: ['What the webhook enforces may be missed for that time'],
              undo: 'Restore the former failurePolicy and scope',
            },
          ]
        : []),
    ],
  };
}

function citePolicy({ configuration, path }: RegisteredWebhook): Evidence[] {
  return [citeField(configuration, `${path}.failurePolicy`), citeField(configuration, `${path}.clientConfig.service`)];
}

interface Backend {
  readonly text: string;
  readonly strength: number;
  readonly blames: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

function backendOf(snapshot: Snapshot, { webhook }: RegisteredWebhook): Backend | null {
  const { name, namespace } = webhook.clientConfig?.service ?? {};
  if (!name) return null;
  const wanted: Subject = { kind: 'Service', ...(namespace ? { namespace } : {}), name };
  const service = snapshot.objects.get('Service', namespace, name);
  if (!service) {
    if (snapshot.objects.existence('Service', namespace, name) !== 'absent') return null;
    return {
      text: `: its Service \`${name}\` does not exist`,
      strength: 0.85,
      blames: [],
      evidence: [citeAbsent(snapshot, wanted)],
    };
  }
  const { kind, pods, ready } = expectedEndpoints(snapshot.topology.pods, service);
  if (kind !== 'selected' || ready.length > 0 || !snapshot.objects.knows('Pod', namespace)) return null;
  const [sick] = pods;
  return {
    text: `: its Service \`${name}\` has no ready Pod`,
    strength: 0.7,
    blames: workloadsBehind(snapshot, service),
    evidence: [
      citeField(service, 'spec.selector'),
      ...(sick ? [citeField(sick, 'status.conditions[type=Ready].status')] : []),
    ],
  };
}
