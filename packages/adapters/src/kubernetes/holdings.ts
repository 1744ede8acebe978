import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { HeldObjects, ObjectListener } from '@headwater/engine/ports/cluster.ts';

/** Objects by kind, namespace and name, kept up to date change by change. */
export interface Holdings {
  readonly apply: ObjectListener;
  readonly lookup: HeldObjects;
}

type Named = Map<string, KubeObject>;

/** An empty index. */
export function openHoldings(): Holdings {
  const kinds = new Map<string, Map<string, Named>>();
  const namespace = (kind: string, name: string): Named | undefined => kinds.get(kind)?.get(name);
  const lookup = {
    get: (kind: string, scope: string | null | undefined, name: string) => namespace(kind, scope ?? '')?.get(name),
    inNamespace: (kind: string, scope: string) => [...(namespace(kind, scope)?.values() ?? [])],
    every: (kind: string) => [...(kinds.get(kind)?.values() ?? [])].flatMap((named) => [...named.values()]),
  };
  return {
    apply(type, object) {
      const scope = object.metadata.namespace ?? '';
      if (type === 'DELETED') {
        const named = namespace(object.kind, scope);
        named?.delete(object.metadata.name);
        if (named?.size === 0) kinds.get(object.kind)?.delete(scope);
        return;
      }
      const kind = kinds.get(object.kind) ?? new Map<string, Named>();
      kinds.set(object.kind, kind);
      const named = kind.get(scope) ?? new Map<string, KubeObject>();
      kind.set(scope, named);
      named.set(object.metadata.name, object);
    },
    // The kind decides the schema an object was parsed with, so the narrowing is true by construction.
    lookup: lookup as HeldObjects,
  };
}
