import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { keys } from '../api/keys.ts';
import { followEvents, type LiveState } from '../api/stream.ts';

/** Incidents that changed since the last call; null when anything may have changed (after a lost connection). */
export type TouchListener = (ids: ReadonlySet<string> | null) => void;

interface Live {
  readonly state: LiveState;
  readonly listen: (listener: TouchListener) => () => void;
}

const LiveContext = createContext<Live>({ state: 'connecting', listen: () => () => {} });

// A storm of events becomes one look per window: twenty alerts that join an incident are one change to a reader.
const GATHER_MS = 250;

function incidentOf(data: string): string | null {
  try {
    const body = JSON.parse(data) as { incidentId?: unknown };
    return typeof body.incidentId === 'string' ? body.incidentId : null;
  } catch {
    return null;
  }
}

/** Follows the server's events for every page below, and refreshes the incident that is being read. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const listeners = useRef(new Set<TouchListener>());
  const [listen] = useState<Live['listen']>(() => (listener: TouchListener) => {
    listeners.current.add(listener);
    return () => listeners.current.delete(listener);
  });
  useEffect(() => {
    const end = new AbortController();
    let gathered = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const tell = (ids: ReadonlySet<string> | null): void => {
      for (const listener of listeners.current) listener(ids);
      if (ids === null) void client.invalidateQueries({ queryKey: ['incident'] });
      for (const id of ids ?? []) void client.invalidateQueries({ queryKey: keys.incident(id) });
      void client.invalidateQueries({ queryKey: ['alerts'] });
      void client.invalidateQueries({ queryKey: keys.facets });
    };
    const flush = (): void => {
      timer = null;
      const ids = gathered;
      gathered = new Set();
      tell(ids);
    };
    void followEvents(
      {
        onState: setState,
        onResume: () => tell(null),
        onEvent: (event) => {
          if (event.event === 'reset') return tell(null);
          const id = incidentOf(event.data);
          if (id === null) return;
          gathered.add(id);
          timer ??= setTimeout(flush, GATHER_MS);
        },
      },
      end.signal,
    );
    return () => {
      end.abort();
      if (timer) clearTimeout(timer);
    };
  }, [client]);
  return <LiveContext value={{ state, listen }}>{children}</LiveContext>;
}

export function useLive(): Live {
  return useContext(LiveContext);
}
