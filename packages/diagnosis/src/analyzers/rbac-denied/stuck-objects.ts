import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { AccessRequest } from '../../topology/rbac.ts';

const WRITES = new Set(['update', 'patch', 'delete', 'create']);

/** Objects of the refused resource that wait to be deleted and that only their controller can let go. */
export function stuckObjects(snapshot: Snapshot, { verb, resource, apiGroup }: AccessRequest): readonly KubeObject[] {
  if (!WRITES.has(verb)) return [];
  const plural = resource.split('/')[0] ?? resource;
  return snapshot.objects
    .kinds()
    .filter((kind) => pluralsOf(kind).includes(plural))
    .flatMap((kind) => snapshot.objects.list(kind))
    .filter(
      ({ apiVersion, metadata }) =>
        groupOf(apiVersion) === apiGroup &&
        Boolean(metadata.deletionTimestamp) &&
        (metadata.finalizers ?? []).length > 0,
    );
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

// Resource names are the kind in lower case and in the plural, by the English rules the API uses.
function pluralsOf(kind: string): readonly string[] {
  const name = kind.toLowerCase();
  if (/(s|x|ch|sh)$/.test(name)) return [name, `${name}es`];
  return name.endsWith('y') ? [`${name.slice(0, -1)}ies`, `${name}s`] : [`${name}s`];
}
