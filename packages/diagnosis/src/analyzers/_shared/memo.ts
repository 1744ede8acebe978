import type { Snapshot } from '../../snapshot/snapshot.ts';

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
