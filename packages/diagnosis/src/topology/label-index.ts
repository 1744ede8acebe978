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

/**
 * Indexes items by namespace and label pair. A selector then costs the shortest list among its pairs, so evaluating every
 * Service of a large cluster never becomes Services times Pods.
 */
export function indexLabels<T>(
  items: readonly T[],
  read: (item: T) => { namespace: string; labels: Labels },
): LabelIndex<T> {
  const byNamespace = new Map<string, Entry<T>[]>();
  const byPair = new Map<string, Map<string, Map<string, Entry<T>[]>>>();
  for (const item of items) {
    const { namespace, labels } = read(item);
    const entry = { item, labels };
    append(byNamespace, namespace, entry);
    let byLabel = byPair.get(namespace);
    if (!byLabel) byPair.set(namespace, (byLabel = new Map<string, Map<string, Entry<T>[]>>()));
    for (const key in labels) {
      let byValue = byLabel.get(key);
      if (!byValue) byLabel.set(key, (byValue = new Map<string, Entry<T>[]>()));
      append(byValue, labels[key] ?? '', entry);
    }
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
    for (const key in matchLabels ?? {}) {
      const list =
        byPair
          .get(namespace)
          ?.get(key)
          ?.get(matchLabels?.[key] ?? '') ?? [];
      if (list.length < best.length) best = list;
    }
    return best;
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
