import type { Subject } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { RefusedCreate } from '../_shared/refused-creates.ts';
import { registrationOf } from '../_shared/webhook-calls.ts';

/** A policy's refusal as the API server words it. */
export interface Denial {
  readonly code: string;
  /** Name of the level, webhook, policy or constraint. */
  readonly policy: string;
  /** The refusing side in words, to begin a statement. */
  readonly who: string;
  readonly reason: string;
  /** The Namespace, policy or webhook configuration behind it, when it is known. */
  readonly actor: Subject | null;
}

/** Reads a policy's refusal from the words of a refused create; null for refusals of another kind. */
export function denialIn(snapshot: Snapshot, { message, root }: RefusedCreate): Denial | null {
  const level = /violates PodSecurity "([^"]+)":? ?([\s\S]*)/.exec(message);
  if (level?.[1]) {
    const namespace = snapshot.objects.get('Namespace', null, root.namespace ?? '');
    const actor: Subject = namespace ? subjectOf(namespace) : { kind: 'Namespace', name: root.namespace ?? '' };
    return {
      code: 'policy/pod-security',
      policy: level[1],
      who: `Pod Security level \`${level[1]}\` of Namespace ${actor.name}`,
      reason: level[2] ?? '',
      actor,
    };
  }
  const own = /ValidatingAdmissionPolicy '([^']+)'(?: with binding '[^']+')? denied request: ?([\s\S]*)/.exec(message);
  if (own?.[1]) {
    return {
      code: 'policy/admission-policy',
      policy: own[1],
      who: `ValidatingAdmissionPolicy \`${own[1]}\``,
      reason: own[2] ?? '',
      actor: { kind: 'ValidatingAdmissionPolicy', name: own[1] },
    };
  }
  const constraint =
    /unable to validate against any (security context constraint|pod security policy): ?([\s\S]*)/.exec(message);
  if (constraint?.[1])
    return {
      code: 'policy/security-context-constraint',
      policy: constraint[1],
      who: `Every ${constraint[1]}`,
      reason: constraint[2] ?? '',
      actor: null,
    };
  if (message.includes('no providers available to validate pod request'))
    return {
      code: 'policy/security-context-constraint',
      policy: 'pod security policy',
      who: 'The API server demands a pod security policy, and none is there to use: it',
      reason: '',
      actor: null,
    };
  const webhook = /admission webhook "([^"]+)" denied the request:? ?([\s\S]*)/.exec(message);
  return webhook?.[1] ? fromWebhook(snapshot, webhook[1], webhook[2] ?? '') : null;
}

function fromWebhook(snapshot: Snapshot, webhook: string, reason: string): Denial {
  const named = policyIn(snapshot, reason);
  const registered = registrationOf(snapshot, webhook);
  const who = named ? `Policy \`${named.name}\`, through webhook \`${webhook}\`,` : `Admission webhook \`${webhook}\``;
  return {
    code: 'policy/webhook-denied',
    policy: named?.name ?? webhook,
    who,
    reason,
    actor: named ?? (registered ? subjectOf(registered.configuration) : null),
  };
}

// Gatekeeper puts the constraint's name in brackets, Kyverno begins a block with the policy's name.
function policyIn(snapshot: Snapshot, reason: string): Subject | null {
  const name =
    /^\s*\[(?:denied by )?([a-z0-9.-]+)\]/i.exec(reason)?.[1] ??
    /violations?:?\s*\n+\s*([a-z0-9][a-z0-9.-]*):/i.exec(reason)?.[1];
  if (!name) return null;
  for (const kind of ['ClusterPolicy', 'Policy', 'ValidatingPolicy']) {
    const policy = snapshot.objects.list(kind).find(({ metadata }) => metadata.name === name);
    if (policy) return subjectOf(policy);
  }
  const constraint = snapshot.objects
    .kinds()
    .flatMap((kind) =>
      snapshot.objects
        .list(kind)
        .filter(
          ({ apiVersion, metadata }) => apiVersion.startsWith('constraints.gatekeeper.sh/') && metadata.name === name,
        ),
    )[0];
  return constraint ? subjectOf(constraint) : null;
}
