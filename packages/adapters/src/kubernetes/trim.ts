import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';

/**
 * Drops what no diagnosis reads and what must not be kept: field sets of managedFields (their manager and time stay), the last-applied
 * copy of the object, image lists of Nodes, and every Secret value.
 */
export function trim(object: KubeObject): KubeObject {
  const { metadata } = object;
  for (const entry of metadata.managedFields ?? []) delete entry['fieldsV1'];
  if (metadata.annotations) delete metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'];
  if (object.kind === 'Node') delete ((object as { status?: Record<string, unknown> }).status ?? {})['images'];
  if (object.kind === 'Secret') redact(object as { data?: Record<string, string>; stringData?: unknown });
  return object;
}

function redact(secret: { data?: Record<string, string> | null; stringData?: unknown }): void {
  for (const key of Object.keys(secret.data ?? {})) if (secret.data) secret.data[key] = '';
  delete secret.stringData;
}
