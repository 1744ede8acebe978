import { oncePer } from './once.ts';
import type { Snapshot } from './snapshot.ts';

/** A function of the snapshot computed once per snapshot: an index several analyzers read. */
export function perSnapshot<T>(build: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
  const built = new WeakMap<Snapshot, { value: T }>();
  return (snapshot) => {
    const known = built.get(snapshot);
    if (known) return known.value;
    const value = build(snapshot);
    built.set(snapshot, { value });
    return value;
  };
}

/** As `perSnapshot`, of one namespace: of a large cluster only those around the incident are asked about. */
export function perNamespace<T>(
  build: (snapshot: Snapshot, namespace: string) => T,
): (snapshot: Snapshot, namespace: string) => T {
  const built = perSnapshot((snapshot) => oncePer((namespace: string) => build(snapshot, namespace)));
  return (snapshot, namespace) => built(snapshot)(namespace);
}

/**
 * A reading of two lists that is repeated only when one of them holds other objects than before; kept with the first object
 * of the left list. Most namespaces of a large cluster are the same from one diagnosis to the next.
 */
export function perLists<Left extends object, Right extends object, Reading>(
  read: (left: readonly Left[], right: readonly Right[]) => Reading,
): (left: readonly Left[], right: readonly Right[]) => Reading {
  const known = new WeakMap<Left, { left: readonly Left[]; right: readonly Right[]; reading: Reading }>();
  return (left, right) => {
    const [first] = left;
    const before = first && known.get(first);
    if (before && isSame(before.left, left) && isSame(before.right, right)) return before.reading;
    const reading = read(left, right);
    if (first) known.set(first, { left, right, reading });
    return reading;
  };
}

function isSame(left: readonly object[], right: readonly object[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
