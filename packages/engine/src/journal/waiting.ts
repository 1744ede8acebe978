import type { Told } from './drafts.ts';

/** Versions that wait to be stored, in the order of their objects, bounded. */
export interface Waiting {
  add(key: string, told: Told): void;
  /** Takes the versions of up to so many objects, oldest first. */
  take(objects: number): Map<string, readonly Told[]>;
  /** Puts back what could not be stored, before what came since. */
  putBack(batch: ReadonlyMap<string, readonly Told[]>): void;
  /** Objects that wait. */
  size(): number;
  /** Versions that were passed over because others of the same object came before they could be stored. */
  passedOver(): number;
}

/** An object that changes faster than it can be stored is written by a loop: its first and last states tell enough. */
const MAX_EACH = 20;
/** Beyond this one state an object is kept; the cache holds that one anyway. */
const MAX_VERSIONS = 50_000;

/** An empty queue. */
export function openWaiting(): Waiting {
  let waiting = new Map<string, Told[]>();
  let versions = 0;
  let passed = 0;

  function add(key: string, told: Told): void {
    const list = waiting.get(key);
    if (!list) {
      waiting.set(key, [told]);
      versions += 1;
      return;
    }
    const last = list.at(-1);
    // An end must not be lost between a state and a new object of the same name.
    const replaces = last?.type !== 'DELETED' && told.type !== 'DELETED' && list.length > 0;
    if (replaces && (list.length >= MAX_EACH || versions >= MAX_VERSIONS)) {
      list[list.length - 1] = told;
      passed += 1;
      return;
    }
    list.push(told);
    versions += 1;
  }

  return {
    add,
    take(objects) {
      const batch = new Map<string, readonly Told[]>();
      for (const [key, list] of waiting) {
        if (batch.size >= objects) break;
        batch.set(key, list);
        waiting.delete(key);
        versions -= list.length;
      }
      return batch;
    },
    putBack(batch) {
      const since = waiting;
      waiting = new Map();
      versions = 0;
      for (const list of [batch, since]) for (const [key, items] of list) for (const told of items) add(key, told);
    },
    size: () => waiting.size,
    passedOver: () => passed,
  };
}
