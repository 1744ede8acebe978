import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

export type NodeRequest = ObjectOf<'CertificateSigningRequest'>;

const NODE_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const PATIENCE = 5 * MINUTE;

/** The client certificate requests of kubelets that nobody has decided for minutes. */
export const pendingNodeRequests = perSnapshot((snapshot): readonly NodeRequest[] =>
  snapshot.objects.list('CertificateSigningRequest').filter((request) => isPending(snapshot, request)),
);

/** The Node whose kubelet made a request; empty for one that has yet to join. */
export function nodeNameOf({ spec }: NodeRequest): string {
  return /^system:node:(.+)$/.exec(spec?.username ?? '')?.[1] ?? '';
}

// Serving certificates of kubelets wait for approval for ever in many healthy clusters; client certificates do not.
function isPending(snapshot: Snapshot, { spec, status, metadata }: NodeRequest): boolean {
  if (spec?.signerName !== NODE_CLIENT) return false;
  const decided = (status?.conditions ?? []).some(
    ({ type }) => type === 'Approved' || type === 'Denied' || type === 'Failed',
  );
  const age = ageOf(snapshot, metadata.creationTimestamp);
  return !decided && age !== null && age > PATIENCE;
}
