import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Explanation } from './explanation.ts';

/** Why a Namespace does not go: an API that cannot be listed, content that remains, or finalizers on that content. */
export function explainNamespace(snapshot: Snapshot, namespace: KubeObject): Explanation {
  const conditions = (namespace as ObjectOf<'Namespace'>).status?.conditions ?? [];
  const bad = (type: string): boolean =>
    conditions.some((condition) => condition.type === type && condition.status === 'True');
  const message = (type: string) => citeField(namespace, `status.conditions[type=${type}].message`);
  if (bad('NamespaceDeletionDiscoveryFailure'))
    return discovery(snapshot, message('NamespaceDeletionDiscoveryFailure'));
  const held = snapshot.objects.all.filter(
    (object) =>
      object.metadata.namespace === namespace.metadata.name &&
      object.metadata.deletionTimestamp &&
      (object.metadata.finalizers ?? []).length > 0,
  );
  const [first] = held;
  if (first) {
    return {
      code: 'deletion/namespace',
      text: `${formatSubject(subjectOf(first))} in it is held by a finalizer`,
      strength: 0.8,
      evidence: [citeField(first, 'metadata.finalizers')],
      blames: held.slice(0, 10).map(subjectOf),
    };
  }
  for (const type of [
    'NamespaceFinalizersRemaining',
    'NamespaceContentRemaining',
    'NamespaceDeletionContentFailure',
    'NamespaceDeletionGroupVersionParsingFailure',
  ]) {
    if (bad(type))
      return {
        code: 'deletion/namespace',
        text: 'content in it remains',
        strength: 0.85,
        evidence: [message(type)],
        blames: [],
      };
  }
  return {
    code: 'deletion/namespace',
    text: 'its finalizers are not removed',
    strength: 0.55,
    evidence: [citeField(namespace, 'spec.finalizers')],
    blames: [],
  };
}

// One aggregated API that does not answer keeps every Namespace of the cluster from going.
function discovery(snapshot: Snapshot, evidence: ReturnType<typeof citeField>): Explanation {
  const down = snapshot.objects
    .list('APIService')
    .filter(({ status }) =>
      status?.conditions?.some(({ type, status: state }) => type === 'Available' && state === 'False'),
    );
  const [first] = down;
  return {
    code: 'deletion/namespace',
    text: first
      ? `the API of ${formatSubject(subjectOf(first))} cannot be listed`
      : 'an API group of the cluster cannot be listed',
    strength: 0.85,
    evidence: [evidence, ...(first ? [citeField(first, 'status.conditions[type=Available].status')] : [])],
    blames: down.map(subjectOf),
  };
}
