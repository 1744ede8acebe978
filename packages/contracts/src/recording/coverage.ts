import type { KubeObject } from '../kube/kinds.ts';

/** A List in `objects/`: evidence that a kind was listed, even when it was empty. */
export interface ListedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The namespace it was asked for, when the list says so by its selfLink. */
  readonly namespace?: string | undefined;
  /** The folder directly under `objects/` the file lies in, which may be a namespace's name. */
  readonly folder?: string | undefined;
  /** Namespaces of its items; empty for an empty list and for cluster-scoped kinds. */
  readonly namespaces: readonly string[];
}

/** Which kinds were listed where: `namespace` undefined means everywhere. */
export interface CoveredKind {
  readonly kind: string;
  readonly namespace?: string | undefined;
}

/**
 * What a recording's lists and objects prove to have been listed. A list whose items span several namespaces was asked for all of
 * them (kubectl prints one list per command), and so was an empty one unless it lies in a namespace's folder.
 */
export function coveredKinds(listed: readonly ListedKind[], objects: Iterable<KubeObject>): CoveredKind[] {
  const covered = new Map<string, CoveredKind>();
  const cover = (kind: string, namespace: string | undefined): void => {
    covered.set(`${kind}/${namespace ?? ''}`, namespace === undefined ? { kind } : { kind, namespace });
  };
  const namespaces = new Set<string>();
  for (const { kind, metadata } of objects) {
    const namespace = metadata.namespace || undefined;
    if (namespace !== undefined) namespaces.add(namespace);
    if (kind === 'Namespace') namespaces.add(metadata.name);
    cover(kind, namespace);
  }
  for (const list of listed) {
    if (list.namespace !== undefined) {
      cover(list.kind, list.namespace);
      continue;
    }
    const folder = list.folder !== undefined && namespaces.has(list.folder) ? list.folder : undefined;
    if (folder !== undefined) cover(list.kind, folder);
    else if (list.namespaces.length !== 1) cover(list.kind, undefined);
  }
  return [...covered.values()].sort(
    (left, right) => compare(left.kind, right.kind) || compare(left.namespace ?? '', right.namespace ?? ''),
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
