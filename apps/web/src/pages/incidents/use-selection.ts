import { useCallback, useMemo, useRef, useState } from 'react';

interface Selection {
  readonly selected: ReadonlySet<string>;
  readonly toggle: (id: string, range: boolean) => void;
  readonly clear: () => void;
}

/** The selected rows of a list; a range runs from the last one touched. What leaves the list leaves the selection. */
export function useSelection(items: readonly { readonly id: string }[]): Selection {
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const order = useRef(items);
  order.current = items;
  const toggle = useCallback((id: string, range: boolean) => {
    const ids = order.current.map((item) => item.id);
    const [from, to] = [ids.indexOf(last.current ?? ''), ids.indexOf(id)].sort((left, right) => left - right);
    last.current = id;
    setHeld((before) => {
      if (range && from !== undefined && from >= 0) return new Set([...before, ...ids.slice(from, (to ?? from) + 1)]);
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  const clear = useCallback(() => setHeld(new Set()), []);
  const selected = useMemo(() => {
    const present = new Set(items.map((item) => item.id));
    return new Set([...held].filter((id) => present.has(id)));
  }, [held, items]);
  return { selected, toggle, clear };
}
