import { type Labels, type LabelSelector, matchesSelector } from '@headwater/core/kube/selector.ts';

export interface LabelIndex<T> {
  /** Items of a namespace whose labels match; an empty selector matches all of them. */
  match(namespace: string, selector: LabelSelector): readonly T[];
  /** Items of a namespace, of every one when not given. */
  list(namespace?: string): readonly T[];
}

interface Entry<T> {
  readonly item: T;
  readonly labels: Labels;
}

type Pairs<T> = Map<string, Map<string, Entry<T>[]>>;

// So few items are looked through faster than they are indexed.
const SCANNED = 24;

/**
 * Indexes items by namespace and label pair. A selector then costs the shortest list among its pairs, so evaluating every
 * Service of a large cluster never becomes Services times Pods.
 */
export function indexLabels<T>(
  items: readonly T[],
  read: (item: T) => { namespace: string; labels: Labels },
): LabelIndex<T> {
  const byNamespace = new Map<string, Entry<T>[]>();
  const byPair = new Map<string, Pairs<T>>();
  for (const item of items) {
    const { namespace, labels } = read(item);
    append(byNamespace, namespace, { item, labels });
  }
  return {
    match: (namespace, selector) => {
      const found: T[] = [];
      for (const { item, labels } of shortest(namespace, selector))
        if (matchesSelector(labels, selector)) found.push(item);
      return found;
    },
    list: (namespace) => (namespace === undefined ? items : (byNamespace.get(namespace) ?? []).map(({ item }) => item)),
  };

  function shortest(namespace: string, { matchLabels }: LabelSelector): readonly Entry<T>[] {
    let best = byNamespace.get(namespace) ?? [];
    if (best.length <= SCANNED) return best;
    const pairs = byPair.get(namespace) ?? pairsOf(best);
    byPair.set(namespace, pairs);
    for (const key in matchLabels ?? {}) {
      const list = pairs.get(key)?.get(matchLabels?.[key] ?? '') ?? [];
      if (list.length < best.length) best = list;
    }
    return best;
  }
}

function pairsOf<T>(entries: readonly Entry<T>[]): Pairs<T> {
  const pairs: Pairs<T> = new Map();
  for (const entry of entries) {
    for (const key in entry.labels) {
      let byValue = pairs.get(key);
      if (!byValue) pairs.set(key, (byValue = new Map<string, Entry<T>[]>()));
      append(byValue, entry.labels[key] ?? '', entry);
    }
  }
  return pairs;
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
