import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useT } from '../../i18n/language.tsx';
import { useNarrow } from '../../platform/use-narrow.ts';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { IncidentRow } from './incident-row.tsx';

const ROW = { wide: 61, narrow: 136 } as const;
// Asks for the next page this many rows before the end, so that scrolling never meets it.
const AHEAD = 40;

/** Every row has the same height, so that ten thousand of them have a place before they are in the page. */
export function useRowHeight(): number {
  return useNarrow() ? ROW.narrow : ROW.wide;
}

export interface RowsHandle {
  readonly focusRow: (index: number) => void;
  readonly focusedIndex: () => number;
}

interface IncidentRowsProps {
  readonly items: readonly IncidentItem[];
  readonly fresh: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (id: string, range: boolean) => void;
  readonly more: boolean;
  readonly onMore: () => void;
  readonly handle: RefObject<RowsHandle | null>;
}

/** How many of the rows now at the head were not there when `top` was the first. */
function rowsAbove(items: readonly IncidentItem[], top: string | undefined): number {
  return top === undefined
    ? 0
    : Math.max(
        0,
        items.findIndex((incident) => incident.id === top),
      );
}

/** Only the rows in sight are in the page; rows that arrive above never move what is being read. */
export function IncidentRows(props: IncidentRowsProps) {
  const { items, fresh, selected, onSelect, more, onMore, handle } = props;
  const t = useT();
  const height = useRowHeight();
  const scroller = useRef<HTMLDivElement>(null);
  const [unseen, setUnseen] = useState(0);
  const rows = useVirtualizer({
    count: items.length + (more ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    getItemKey: (index) => items[index]?.id ?? 'more',
  });
  useEffect(() => rows.measure(), [rows, height]);
  useKeptPlace(scroller, items, height, setUnseen);
  useRowFocus(handle, scroller, items, (index) => rows.scrollToIndex(index));
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= items.length - AHEAD) onMore();
  }, [more, last, items.length, onMore]);
  return (
    <div className="relative min-h-0 flex-1">
      {unseen > 0 && (
        <div className="absolute inset-x-0 top-2 z-20 flex justify-center">
          <Button
            look="primary"
            size="small"
            className="rounded-full shadow-pop"
            icon={<ArrowUp size={13} aria-hidden />}
            onClick={() => scroller.current?.scrollTo({ top: 0, behavior: 'smooth' })}
          >
            {t.count('incidents.new', unseen)}
          </Button>
        </div>
      )}
      <div
        ref={scroller}
        data-scroller
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none]"
        onScroll={(event) => event.currentTarget.scrollTop < height && setUnseen(0)}
      >
        <ul aria-label={t('incidents.title')} className="relative" style={{ height: rows.getTotalSize() }}>
          {visible.map((row) => {
            const incident = items[row.index];
            return (
              <li
                key={row.key}
                aria-setsize={more ? -1 : items.length}
                aria-posinset={row.index + 1}
                className="absolute inset-x-0 top-0"
                style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              >
                {incident ? (
                  <IncidentRow
                    incident={incident}
                    selected={selected.has(incident.id)}
                    fresh={fresh.has(incident.id)}
                    onSelect={onSelect}
                  />
                ) : (
                  <Skeleton className="m-3 h-9" />
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

/** Moves the scroll position along with rows that arrive above it, unless the reader is at the very top. */
function useKeptPlace(
  scroller: RefObject<HTMLDivElement | null>,
  items: readonly IncidentItem[],
  height: number,
  tell: (update: (unseen: number) => number) => void,
): void {
  const top = useRef(items[0]?.id);
  useLayoutEffect(() => {
    const added = rowsAbove(items, top.current);
    top.current = items[0]?.id;
    const element = scroller.current;
    if (added === 0 || !element) return;
    const reading = element.scrollTop > 4 || element.contains(document.activeElement);
    if (!reading) return;
    element.scrollTop += added * height;
    tell((unseen) => unseen + added);
  }, [scroller, items, height, tell]);
}

function useRowFocus(
  handle: RefObject<RowsHandle | null>,
  scroller: RefObject<HTMLDivElement | null>,
  items: readonly IncidentItem[],
  scrollTo: (index: number) => void,
): void {
  const last = useRef({ id: '', index: -1 });
  useEffect(() => {
    const linkOf = (id: string) => scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`);
    const focus = (incident: IncidentItem | undefined): void => {
      if (!incident) return;
      scrollTo(items.indexOf(incident));
      // The row may only come into the page with the next frame.
      requestAnimationFrame(() => requestAnimationFrame(() => linkOf(incident.id)?.focus({ preventScroll: true })));
    };
    const here = document.activeElement?.closest('li')?.querySelector('[data-row]')?.getAttribute('data-row');
    const index = items.findIndex((incident) => incident.id === here);
    const left = last.current.index >= 0 && !items.some((incident) => incident.id === last.current.id);
    if (here && index >= 0) last.current = { id: here, index };
    // The focused row left the list: the one in its place takes the focus, or the keyboard would start over.
    else if (left && document.activeElement === document.body)
      focus(items[Math.min(last.current.index, items.length - 1)]);
    handle.current = {
      focusedIndex: () => {
        const id = document.activeElement?.closest('li')?.querySelector('[data-row]')?.getAttribute('data-row');
        return id ? items.findIndex((incident) => incident.id === id) : -1;
      },
      focusRow: (wanted) => focus(items[Math.min(Math.max(wanted, 0), items.length - 1)]),
    };
  });
}
