import { KIND_SCHEMAS } from '@headwater/contracts/kube/kinds.ts';
import type { ApiResource } from '../ports/cluster.ts';

// Served twice (events.k8s.io beside v1), computed on demand (metrics.k8s.io), or about requests rather than state.
const SKIPPED_GROUPS = new Set([
  'metrics.k8s.io',
  'custom.metrics.k8s.io',
  'external.metrics.k8s.io',
  'events.k8s.io',
  'authorization.k8s.io',
  'authentication.k8s.io',
  'extensions',
]);
const SKIPPED_KINDS = new Set([
  'ComponentStatus',
  'Binding',
  'PodTemplate',
  'ReplicationController',
  'CSINode',
  'CSIStorageCapacity',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'RuntimeClass',
]);
const ALSO_READ = new Set(['ControllerRevision']);
/** Custom kinds beyond this many are left out and told: some platforms serve hundreds. */
const MAX_CUSTOM_KINDS = 80;

/** Leases of Nodes and control plane live here; those of every operator are of no use. */
export const LEASE_NAMESPACES = ['kube-node-lease', 'kube-system'];

export interface KindsToRead {
  readonly resources: readonly ApiResource[];
  /** Kinds left out for their number. */
  readonly omitted: readonly string[];
}

/** Chooses what to list: every kind the engine knows, and custom kinds for their conditions. */
export function kindsToRead(served: readonly ApiResource[]): KindsToRead {
  const chosen = new Map<string, ApiResource>();
  const custom: ApiResource[] = [];
  for (const resource of served) {
    const group = resource.apiVersion.includes('/') ? (resource.apiVersion.split('/')[0] ?? '') : '';
    if (SKIPPED_GROUPS.has(group) || SKIPPED_KINDS.has(resource.kind)) continue;
    const builtIn = !group.includes('.') || group.endsWith('.k8s.io');
    if (builtIn && (isKnown(resource) || ALSO_READ.has(resource.kind))) {
      if (!chosen.has(resource.kind)) chosen.set(resource.kind, resource);
    } else if (!builtIn) custom.push(resource);
  }
  // What analyzers read comes before what is only watched for its conditions.
  custom.sort((left, right) => Number(isKnown(right)) - Number(isKnown(left)));
  return {
    resources: [...chosen.values(), ...custom.slice(0, MAX_CUSTOM_KINDS)],
    omitted: custom.slice(MAX_CUSTOM_KINDS).map(({ kind }) => kind),
  };
}

function isKnown({ kind }: ApiResource): boolean {
  return Object.hasOwn(KIND_SCHEMAS, kind);
}
