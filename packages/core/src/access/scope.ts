import { EVERYWHERE, type RoleBinding } from './actor.ts';

/** Where something is: its cluster and every namespace it names; none means it belongs to the cluster as a whole. */
export interface Place {
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

/** The places a set of bindings reaches. */
export interface Scope {
  readonly everything: boolean;
  /** Clusters reached whole. */
  readonly clusters: readonly string[];
  /**
   * Namespaces reached in single clusters, and in any cluster under `*`. What is reached in any cluster is repeated in
   * each single cluster, so one entry decides alone: a place is reached when all its namespaces are in one entry.
   */
  readonly namespaces: readonly NamespaceScope[];
}

export interface NamespaceScope {
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

/** The scope of bindings, whatever their role. */
export function scopeOfBindings(bindings: readonly RoleBinding[]): Scope {
  const clusters = new Set<string>();
  const named = new Map<string, Set<string>>();
  for (const { cluster, namespace } of bindings) {
    if (namespace === EVERYWHERE) clusters.add(cluster);
    else named.set(cluster, (named.get(cluster) ?? new Set()).add(namespace));
  }
  if (clusters.has(EVERYWHERE)) return { everything: true, clusters: [], namespaces: [] };
  const anywhere = named.get(EVERYWHERE) ?? [];
  return {
    everything: false,
    clusters: [...clusters].sort(),
    namespaces: [...named]
      .filter(([cluster]) => !clusters.has(cluster))
      .map(([cluster, own]) => ({ cluster, namespaces: [...new Set([...own, ...anywhere])].sort() })),
  };
}

/** Whether a scope reaches every namespace of a place; without namespaces, the whole cluster. */
export function covers(scope: Scope, place: Place): boolean {
  if (scope.everything || scope.clusters.includes(place.cluster)) return true;
  if (place.namespaces.length === 0) return false;
  return scope.namespaces
    .filter(({ cluster }) => cluster === EVERYWHERE || cluster === place.cluster)
    .some(({ namespaces }) => place.namespaces.every((namespace) => namespaces.includes(namespace)));
}

/** Whether a scope reaches nothing at all. */
export function isEmpty(scope: Scope): boolean {
  return !scope.everything && scope.clusters.length === 0 && scope.namespaces.length === 0;
}
