import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** An object a message names, and whether it exists. */
export interface NamedObject {
  readonly subject: Subject;
  readonly existence: 'present' | 'absent' | 'unknown';
}

const CLUSTER_SCOPED = new Set([
  'Node',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterIssuer',
  'CustomResourceDefinition',
  'APIService',
  'IngressClass',
  'GatewayClass',
  'PriorityClass',
]);

const ALWAYS_KNOWN = [
  'Secret',
  'ConfigMap',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'Pod',
  'ServiceAccount',
  'PersistentVolumeClaim',
  'Node',
  'Namespace',
  'Issuer',
  'ClusterIssuer',
  'StorageClass',
  'Ingress',
];

const kindWords = perSnapshot((snapshot) => {
  const words = new Map<string, string>();
  for (const kind of [...ALWAYS_KNOWN, ...snapshot.objects.kinds()]) {
    words.set(kind.toLowerCase(), kind);
    words.set(`${kind.toLowerCase()}s`, kind);
  }
  return words;
});

/** Objects a controller's message names as `kind "name"`, `kind/name` or `kinds.group "name"`, each once. */
export function namedIn(
  snapshot: Snapshot,
  message: string,
  namespace: string | null | undefined,
): readonly NamedObject[] {
  const words = kindWords(snapshot);
  const found = new Map<string, NamedObject>();
  for (const [, word = '', first = '', second] of message.matchAll(
    /\b([A-Za-z]+)(?:\.[a-z0-9.-]+)?(?: |\/|: )["'`]?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?:\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?))?["'`]?/g,
  )) {
    const kind = words.get(word.toLowerCase());
    // `secret not found` is a sentence, `secret "not-found"` a name: an unquoted word must be an object that exists.
    if (!kind) continue;
    const [space, name] = second === undefined ? [namespace, first] : [first, second];
    const scope = CLUSTER_SCOPED.has(kind) ? null : space;
    const existence = snapshot.objects.existence(kind, scope, name);
    const quoted = new RegExp(`["'\`/]${first.replaceAll('.', '\\.')}`).test(message);
    if (existence !== 'present' && !quoted) continue;
    const subject: Subject = { kind, ...(scope ? { namespace: scope } : {}), name };
    found.set(`${kind}/${scope ?? ''}/${name}`, { subject, existence });
  }
  return [...found.values()];
}

/** Says of an absent object that it does not exist, and what of nearly its name does. */
export function sayAbsent(
  snapshot: Snapshot,
  { kind, namespace, name }: Subject,
): { text: string; evidence: readonly Evidence[] } {
  const near = nearMiss(name, snapshot.objects.names(kind, namespace));
  const other = near === null ? undefined : snapshot.objects.get(kind, namespace, near);
  return {
    text: `${kind} \`${name}\` does not exist${other ? `; \`${near}\` does` : ''}`,
    evidence: [citeAbsent(snapshot, { kind, namespace, name }), ...(other ? [citeField(other, 'metadata.name')] : [])],
  };
}
