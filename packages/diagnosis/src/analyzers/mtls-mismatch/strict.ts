import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import { compareText, type Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { hasSidecar, rootNamespace } from '../_shared/mesh-identity.ts';

type PeerAuthentication = ObjectOf<'PeerAuthentication'>;

/** The PeerAuthentication that makes a component accept mutual TLS only; null when it also accepts plain text. */
export function strictPolicy(snapshot: Snapshot, component: Subject): PeerAuthentication | null {
  const pod = snapshot.topology.pods.ofComponent(component).find(hasSidecar);
  // Without a proxy nothing enforces the policy.
  if (!pod) return null;
  const labels = pod.metadata.labels ?? {};
  const inNamespace = sorted(snapshot.objects.list('PeerAuthentication', pod.metadata.namespace ?? ''));
  const scopes = [
    inNamespace.filter((policy) => selects(policy) && matchesLabels(labels, policy.spec?.selector?.matchLabels ?? {})),
    inNamespace.filter((policy) => !selects(policy)),
    sorted(snapshot.objects.list('PeerAuthentication', rootNamespace(snapshot))).filter((policy) => !selects(policy)),
  ];
  // The narrowest scope that says anything decides; UNSET asks the next wider one.
  for (const scope of scopes) {
    const policy = scope.find(({ spec }) => spec?.mtls?.mode && spec.mtls.mode !== 'UNSET');
    if (policy) return policy.spec?.mtls?.mode === 'STRICT' ? policy : null;
  }
  return null;
}

function selects({ spec }: PeerAuthentication): boolean {
  return Object.keys(spec?.selector?.matchLabels ?? {}).length > 0;
}

// Of several in one scope the oldest holds.
function sorted(policies: readonly PeerAuthentication[]): readonly PeerAuthentication[] {
  return [...policies].sort(
    (left, right) =>
      compareText(left.metadata.creationTimestamp ?? '', right.metadata.creationTimestamp ?? '') ||
      compareText(left.metadata.name, right.metadata.name),
  );
}
