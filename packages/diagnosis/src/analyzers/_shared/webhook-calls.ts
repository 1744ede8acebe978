import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { refusedCreates } from './refused-creates.ts';
import { unsettledWorkloads } from './unsettled-workloads.ts';

export type WebhookConfiguration = ObjectOf<'ValidatingWebhookConfiguration'>;
export type Webhook = NonNullable<WebhookConfiguration['webhooks']>[number];

export type CallFault = 'unavailable' | 'tls' | 'slow';

/** An admission webhook the API server fails to call, and whose objects are refused for it. */
export interface FailedCall {
  readonly webhook: string;
  readonly fault: CallFault;
  readonly message: string;
  readonly refused: Subject;
  readonly evidence: readonly Evidence[];
  readonly since: Millis | null;
}

/** Where a webhook stands. */
export interface RegisteredWebhook {
  readonly configuration: WebhookConfiguration;
  readonly webhook: Webhook;
  /** `webhooks[name=x]`, ready to cite. */
  readonly path: string;
}

/** Every webhook configuration's webhooks, in canonical order. */
export const registeredWebhooks = perSnapshot((snapshot): readonly RegisteredWebhook[] =>
  (['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const).flatMap((kind) =>
    snapshot.objects.list(kind).flatMap((configuration) =>
      (configuration.webhooks ?? [])
        .filter(({ name }) => Boolean(name))
        .map((webhook) => ({
          configuration,
          webhook,
          path: `webhooks[name=${webhook.name ?? ''}]`,
        })),
    ),
  ),
);

/** The failed webhook calls that keep objects from being created or updated now. */
export const failedCalls = perSnapshot((snapshot): readonly FailedCall[] => {
  const told = [
    ...refusedCreates(snapshot).map(({ root, message, evidence, since }) => ({
      refused: root,
      message,
      evidence,
      since,
    })),
    ...blockedRollouts(snapshot),
  ];
  return told.flatMap((one) => {
    const name = /failed calling (?:admission )?webhook "([^"]+)"/i.exec(one.message)?.[1];
    return name ? [{ webhook: name, fault: faultOf(snapshot, one.message), ...one }] : [];
  });
});

// A webhook that refuses ReplicaSets leaves its words on the Deployment.
function blockedRollouts(
  snapshot: Snapshot,
): { refused: Subject; message: string; evidence: Evidence[]; since: Millis | null }[] {
  return unsettledWorkloads(snapshot).deployments.flatMap((deployment) => {
    const stuck = deployment.status?.conditions?.find(
      ({ type, status, reason }) => type === 'Progressing' && status === 'False' && reason === 'ReplicaSetCreateError',
    );
    if (!stuck?.message) return [];
    return [
      {
        refused: subjectOf(deployment),
        message: stuck.message,
        evidence: [citeField(deployment, 'status.conditions[type=Progressing].message')],
        since: parseTime(stuck.lastTransitionTime),
      },
    ];
  });
}

function faultOf(snapshot: Snapshot, words: string): CallFault {
  // The URL that was called carries the timeout as a parameter.
  const message = words.replace(/https?:\/\/[^\s"]+/g, '');
  if (/x509:|tls:|certificate|bad certificate|server gave HTTP response to HTTPS client/i.test(message)) return 'tls';
  if (!/deadline exceeded|timeout|timed out|request canceled/i.test(message) || /dial tcp/i.test(message))
    return 'unavailable';
  const service = serviceIn(words);
  const object = service && snapshot.objects.get('Service', service.namespace, service.name);
  if (!object) return 'slow';
  const { kind, ready } = expectedEndpoints(snapshot.topology.pods, object);
  return kind === 'selected' && ready.length === 0 ? 'unavailable' : 'slow';
}

/** The Service a failed call went to, from the URL in the API server's words. */
export function serviceIn(message: string): { name: string; namespace: string } | null {
  const match = /https:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc/i.exec(message);
  return match?.[1] && match[2] ? { name: match[1], namespace: match[2] } : null;
}

/** The failed calls of one fault, by webhook. */
export function callsByWebhook(
  snapshot: Snapshot,
  fault: CallFault,
): readonly (readonly [FailedCall, ...FailedCall[]])[] {
  const groups = new Map<string, [FailedCall, ...FailedCall[]]>();
  for (const call of failedCalls(snapshot)) {
    if (call.fault !== fault) continue;
    const group = groups.get(call.webhook);
    if (group) group.push(call);
    else groups.set(call.webhook, [call]);
  }
  return [...groups.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, group]) => group);
}

/** Where the webhook of a name is registered. */
export function registrationOf(snapshot: Snapshot, name: string): RegisteredWebhook | undefined {
  return registeredWebhooks(snapshot).find(({ webhook }) => webhook.name === name);
}

/** The objects a group of failed calls refused, each once. */
export function refusedBy(calls: readonly FailedCall[]): readonly Subject[] {
  return [...new Map(calls.map(({ refused }) => [subjectKey(refused), refused])).values()];
}

/** Whom to name for a webhook: its configuration, else the Service its URL names, else what it refused. */
export function webhookSubject(
  registered: RegisteredWebhook | undefined,
  call: FailedCall | undefined,
): { subject: Subject; aliases: readonly Subject[] } {
  const service = registered?.webhook.clientConfig?.service;
  const called = call && serviceIn(call.message);
  const backend: Subject | null = service?.name
    ? { kind: 'Service', ...(service.namespace ? { namespace: service.namespace } : {}), name: service.name }
    : called
      ? { kind: 'Service', ...called }
      : null;
  if (registered) return { subject: subjectOf(registered.configuration), aliases: backend ? [backend] : [] };
  return backend
    ? { subject: backend, aliases: [] }
    : { subject: call?.refused ?? { kind: 'ValidatingWebhookConfiguration', name: call?.webhook ?? '' }, aliases: [] };
}
