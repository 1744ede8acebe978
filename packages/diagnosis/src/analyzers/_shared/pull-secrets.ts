import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from './pod-spec.ts';
import type { PodObject } from './pods.ts';

/** A pull secret a Pod relies on, with where it is referenced. */
export interface PullSecretReference {
  readonly name: string;
  readonly cite: () => Evidence;
}

/** The image pull secrets of a Pod: its own, or those of its ServiceAccount when it has none. */
export function pullSecretsOf(snapshot: Snapshot, pod: PodObject): readonly PullSecretReference[] {
  const own = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));
  if (own.length > 0)
    return own.map((name) => ({ name, cite: () => citePodSpec(snapshot, pod, 'spec.imagePullSecrets') }));
  const account = snapshot.objects.get(
    'ServiceAccount',
    pod.metadata.namespace,
    pod.spec?.serviceAccountName ?? 'default',
  );
  return (account?.imagePullSecrets ?? []).flatMap(({ name }) =>
    account && name ? [{ name, cite: () => citeField(account, 'imagePullSecrets') }] : [],
  );
}
