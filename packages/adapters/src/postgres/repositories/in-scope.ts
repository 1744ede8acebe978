import { EVERYWHERE } from '@headwater/core/access/actor.ts';
import type { Scope } from '@headwater/core/access/scope.ts';
import { type RawBuilder, sql } from 'kysely';

/** The rows a scope covers, by their columns of cluster and namespaces; the same rule as `covers` of core. */
export function inScope(scope: Scope, cluster: string, namespaces: string): RawBuilder<boolean> {
  if (scope.everything) return sql<boolean>`true`;
  const where = sql.ref(cluster);
  const within = sql.ref(namespaces);
  const entries = scope.namespaces.map((entry) => {
    const all = sql<boolean>`${within} <@ ${[...entry.namespaces]}::text[]`;
    return entry.cluster === EVERYWHERE ? all : sql<boolean>`(${where} = ${entry.cluster} and ${all})`;
  });
  const whole = sql<boolean>`${where} = any(${[...scope.clusters]}::text[])`;
  if (entries.length === 0) return whole;
  return sql<boolean>`(${whole} or (${within} <> '{}' and (${sql.join(entries, sql` or `)})))`;
}
