import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { listIncidents, readIncident } from '../../api/incidents.ts';
import { keys } from '../../api/keys.ts';
import { ApiError } from '../../api/api-error.ts';
import { useLive } from '../../live/live.tsx';
import { belongs, type IncidentFilter, searchFromFilter } from './filter.ts';
import { beyondHead, type IncidentPageData, mergeLive } from './live-merge.ts';

const PAGE = 200;
// Deeper rows are asked for one by one; more of them at once than this are left for the next look.
const SINGLES = 20;
const FRESH_MS = 2_600;

/** The filter as the API takes it. */
export function apiQuery(filter: IncidentFilter): Record<string, string | readonly string[]> {
  return { ...filter };
}

/** An incident as a list shows it now; null when it is gone or not ours to see. */
async function readItem(id: string): Promise<IncidentItem | null> {
  try {
    return await readIncident(id);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

interface IncidentList {
  readonly items: readonly IncidentItem[];
  /** New or changed a moment ago. */
  readonly fresh: ReadonlySet<string>;
  readonly query: ReturnType<typeof usePages>;
}

function usePages(filter: IncidentFilter) {
  const search = JSON.stringify(searchFromFilter(filter));
  return useInfiniteQuery({
    queryKey: keys.incidentList(search),
    queryFn: ({ pageParam, signal }) =>
      listIncidents({ ...apiQuery(filter), limit: PAGE, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    // The stream keeps it current; reading a list again as a whole would move it under the reader.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** The incidents of a filter, page by page, kept current by the stream. */
export function useIncidents(filter: IncidentFilter, login: string): IncidentList {
  const client = useQueryClient();
  const query = usePages(filter);
  const { listen } = useLive();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const search = JSON.stringify(searchFromFilter(filter));
  const latest = useRef({ filter, search });
  latest.current = { filter, search };
  const look = useCallback(
    async (touched: ReadonlySet<string> | null): Promise<void> => {
      const { filter: asked, search: askedSearch } = latest.current;
      const key = keys.incidentList(askedSearch);
      const before = client.getQueryData<InfiniteData<IncidentPageData>>(key);
      if (!before) return;
      const loaded = new Set(before.pages.flatMap((page) => page.items.map((incident) => incident.id)));
      const page = await listIncidents({ ...apiQuery(asked), limit: PAGE });
      // Nothing in common: more happened than a page can tell, so the list starts again from its head.
      if (loaded.size > 0 && page.items.length === PAGE && !page.items.some((one) => loaded.has(one.id))) {
        client.setQueryData(key, { pages: [page], pageParams: [null] });
        return;
      }
      const head = page.items;
      const deeper = beyondHead(before.pages, head, touched ?? loaded).slice(0, SINGLES);
      const single = new Map(await Promise.all(deeper.map(async (id) => [id, await readItem(id)] as const)));
      const current = client.getQueryData<InfiniteData<IncidentPageData>>(key) ?? before;
      const merged = mergeLive(current.pages, { head, single, belongs: (one) => belongs(asked, one, login) });
      client.setQueryData(key, { ...current, pages: merged.pages });
      const touchedRows = [...merged.added, ...merged.changed];
      if (touchedRows.length === 0) return;
      setFresh((held) => new Set([...held, ...touchedRows]));
      setTimeout(() => setFresh((held) => new Set([...held].filter((id) => !touchedRows.includes(id)))), FRESH_MS);
    },
    [client, login],
  );
  useEffect(() => {
    let busy = false;
    let waiting: Set<string> | null | undefined;
    const run = async (ids: ReadonlySet<string> | null): Promise<void> => {
      if (busy) {
        waiting = ids === null || waiting === null ? null : new Set([...(waiting ?? []), ...ids]);
        return;
      }
      busy = true;
      // A failed look is made up by the next one; the list itself stays readable.
      await look(ids).catch(() => {});
      busy = false;
      if (waiting === undefined) return;
      const next = waiting;
      waiting = undefined;
      await run(next);
    };
    return listen((ids) => void run(ids));
  }, [listen, look]);
  const pages = query.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { items, fresh, query };
}
