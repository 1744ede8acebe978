/**
 * A reading of one object that is done once per object. Informers hold the same objects from one diagnosis to the next, and
 * what is read is never changed in place.
 */
export function perObject<Key extends object, Reading extends object>(
  read: (object: Key) => Reading,
): (object: Key) => Reading {
  const known = new WeakMap<Key, Reading>();
  return (object) => {
    const before = known.get(object);
    if (before) return before;
    const reading = read(object);
    known.set(object, reading);
    return reading;
  };
}
