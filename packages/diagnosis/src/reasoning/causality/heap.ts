/** A binary heap that gives the least first; equal ones in the order they were put in. */
export interface Heap<T> {
  put(item: T, cost: number): void;
  take(): T | undefined;
}

interface Entry<T> {
  readonly item: T;
  readonly cost: number;
  readonly order: number;
}

/** Makes an empty heap. */
export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = [];
  let order = 0;
  return {
    put: (item, cost) => {
      entries.push({ item, cost, order: order++ });
      rise(entries, entries.length - 1);
    },
    take: () => {
      const [first] = entries;
      const last = entries.pop();
      if (first && last && entries.length > 0) {
        entries[0] = last;
        sink(entries, 0);
      }
      return first?.item;
    },
  };
}

function before<T>(left: Entry<T> | undefined, right: Entry<T> | undefined): boolean {
  if (!left || !right) return left !== undefined;
  return left.cost < right.cost || (left.cost === right.cost && left.order < right.order);
}

function rise<T>(entries: Entry<T>[], start: number): void {
  for (let at = start; at > 0; ) {
    const parent = (at - 1) >> 1;
    if (!before(entries[at], entries[parent])) return;
    swap(entries, at, parent);
    at = parent;
  }
}

function sink<T>(entries: Entry<T>[], start: number): void {
  for (let at = start; ; ) {
    const left = 2 * at + 1;
    const least = before(entries[left + 1], entries[left]) ? left + 1 : left;
    if (!before(entries[least], entries[at])) return;
    swap(entries, at, least);
    at = least;
  }
}

function swap<T>(entries: Entry<T>[], left: number, right: number): void {
  const [one, other] = [entries[left], entries[right]];
  if (!one || !other) return;
  entries[left] = other;
  entries[right] = one;
}
