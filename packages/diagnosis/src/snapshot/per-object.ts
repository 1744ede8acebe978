/** What a function read of an object, before what others read of it. */
interface Known {
  readonly read: unknown;
  readonly reading: unknown;
  others: Known | undefined;
}

// One table for all functions, since few of them read one object: a table each would have to grow for every function anew.
const readings = new WeakMap<object, Known>();

/**
 * A reading of one object that is done once per object. Informers hold the same objects from one diagnosis to the next, and
 * what is read is never changed in place.
 */
export function perObject<Key extends object, Reading extends object>(
  read: (object: Key) => Reading,
): (object: Key) => Reading {
  return (object) => {
    for (let known = readings.get(object); known; known = known.others)
      if (known.read === read) return known.reading as Reading;
    const reading = read(object);
    const first = readings.get(object);
    if (first) first.others = { read, reading, others: first.others };
    else readings.set(object, { read, reading, others: undefined });
    return reading;
  };
}
