import { AppError } from '@headwater/core/errors.ts';

export interface GroupCommitOptions<Item, Outcome> {
  /** Commits all items in one transaction, or none; the outcomes in the order of the items. */
  readonly commit: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  /** What an item weighs against the bounds: its alerts. */
  readonly weigh: (item: Item) => number;
  /** Items beyond this weight are refused while others wait. */
  readonly maxWaiting: number;
  /** One transaction takes no more than this, unless a single item is heavier. */
  readonly maxTogether: number;
  /** Told whenever the waiting weight changes. */
  readonly onWaiting?: (weight: number) => void;
}

/** Joins what concurrent callers want to commit in one transaction, one transaction at a time. */
export interface GroupCommit<Item, Outcome> {
  /** Resolves after the item's transaction committed; `unavailable` when too much waits or the queue is closed. */
  submit(item: Item): Promise<Outcome>;
  /** Takes nothing more and resolves when all that was taken is answered. */
  close(): Promise<void>;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** A queue in front of a database that commits many callers at the price of one. */
export function createGroupCommit<Item, Outcome>(
  options: GroupCommitOptions<Item, Outcome>,
): GroupCommit<Item, Outcome> {
  const { commit, weigh, maxWaiting, maxTogether, onWaiting } = options;
  let queue: Waiting<Item, Outcome>[] = [];
  let weightWaiting = 0;
  let running: Promise<void> | null = null;
  let closed = false;

  function submit(item: Item): Promise<Outcome> {
    const weight = Math.max(1, weigh(item));
    if (closed) return refuse('the server is shutting down', 5);
    // The first may be heavier than the bound, or it could never be taken.
    if (weightWaiting > 0 && weightWaiting + weight > maxWaiting) {
      return refuse(`${weightWaiting} alerts wait to be stored, and the limit is ${maxWaiting}`, 2);
    }
    addWaiting(weight);
    return new Promise<Outcome>((resolve, reject) => {
      // The weight is gone before the caller hears: what it sends next must find room.
      const answered =
        <T>(answer: (value: T) => void) =>
        (value: T): void => {
          addWaiting(-weight);
          answer(value);
        };
      queue.push({ item, weight, resolve: answered(resolve), reject: answered(reject) });
      running ??= run();
    });
  }

  function addWaiting(weight: number): void {
    weightWaiting += weight;
    onWaiting?.(weightWaiting);
  }

  async function run(): Promise<void> {
    // Lets the requests that arrived in the same turn of the event loop join the first transaction.
    await new Promise(setImmediate);
    while (queue.length > 0) await settle(takeTogether());
    running = null;
  }

  function takeTogether(): Waiting<Item, Outcome>[] {
    let weight = 0;
    let count = 0;
    for (const waiting of queue) {
      if (count > 0 && weight + waiting.weight > maxTogether) break;
      weight += waiting.weight;
      count += 1;
    }
    const together = queue.slice(0, count);
    queue = queue.slice(count);
    return together;
  }

  async function settle(together: readonly Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await commit(together.map(({ item }) => item));
      for (const [index, { resolve }] of together.entries()) resolve(outcomes[index] as Outcome);
    } catch (error) {
      // An absent database refuses each of them alike; anything else may be the fault of one, which must not cost the others.
      if (together.length === 1 || (error instanceof AppError && error.code === 'unavailable')) {
        for (const { reject } of together) reject(error);
        return;
      }
      for (const one of together) await settle([one]);
    }
  }

  return {
    submit,
    async close() {
      closed = true;
      await running;
    },
  };
}

function refuse(why: string, retryAfterSeconds: number): Promise<never> {
  return Promise.reject(new AppError('unavailable', why, { details: { retryAfterSeconds } }));
}
