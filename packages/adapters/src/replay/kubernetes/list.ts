import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { apiError, badRequest, expired } from './status.ts';
import type { ListMetadata } from './present.ts';
import type { ReplayStore } from './store.ts';

export interface Page {
  readonly objects: readonly KubeObject[];
  readonly metadata: ListMetadata;
}

export interface PageRequest {
  readonly query: URLSearchParams;
  /** Without a selector the number of remaining items is told, as the API server does. */
  readonly selective: boolean;
  /** The whole list at this moment; only asked for when no page continues an earlier one. */
  readonly all: () => readonly KubeObject[];
}

interface Snapshot {
  readonly objects: readonly KubeObject[];
  readonly revision: number;
}

// A client pages through one list at a time; more than this many unfinished lists are abandoned ones.
const KEPT_SNAPSHOTS = 32;

/** Pages through lists: every page of one list shows the state of its first. */
export function pager(store: ReplayStore): (request: PageRequest) => Page {
  const snapshots = new Map<string, Snapshot>();
  let counter = 0;
  const keep = (snapshot: Snapshot): string => {
    const id = String(++counter);
    snapshots.set(id, snapshot);
    const [oldest] = snapshots.keys();
    if (snapshots.size > KEPT_SNAPSHOTS && oldest !== undefined) snapshots.delete(oldest);
    return id;
  };
  return ({ query, selective, all }) => {
    const limit = positive(query, 'limit');
    const token = query.get('continue') ?? '';
    let start = 0;
    let id: string | undefined;
    let snapshot: Snapshot;
    if (token === '') {
      checkVersion(store, query);
      snapshot = { objects: all(), revision: store.revision };
    } else {
      ({ id, start } = parseToken(token));
      snapshot = resume(snapshots.get(id), store);
    }
    const end = limit === 0 ? snapshot.objects.length : Math.min(start + limit, snapshot.objects.length);
    const remaining = snapshot.objects.length - end;
    const metadata: ListMetadata = {
      resourceVersion: String(snapshot.revision),
      ...(remaining > 0 ? { continue: makeToken(id ?? keep(snapshot), end) } : {}),
      ...(remaining > 0 && !selective ? { remainingItemCount: remaining } : {}),
    };
    return { objects: snapshot.objects.slice(start, end), metadata };
  };
}

function resume(snapshot: Snapshot | undefined, store: ReplayStore): Snapshot {
  if (snapshot && store.eventsAfter(snapshot.revision) !== null) return snapshot;
  throw expired(
    'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
  );
}

function makeToken(id: string, start: number): string {
  return Buffer.from(JSON.stringify({ v: 'replay/v1', id, start })).toString('base64url');
}

function parseToken(token: string): { id: string; start: number } {
  try {
    const { v, id, start } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Record<string, unknown>;
    if (v === 'replay/v1' && typeof id === 'string' && typeof start === 'number') return { id, start };
  } catch {
    // Falls through: a token that is no JSON is as foreign as one of another server.
  }
  throw badRequest('continue key is not valid: expected a token this server gave out');
}

function checkVersion(store: ReplayStore, query: URLSearchParams): void {
  const version = positive(query, 'resourceVersion');
  if (version > store.revision) throw tooLarge(version, store.revision);
  if (query.get('resourceVersionMatch') === 'Exact' && version !== store.revision) {
    throw expired(`The resourceVersion for the provided list is too old: ${version} (${store.revision})`);
  }
}

/** The failure of asking for a revision that has not happened; clients wait and ask again. */
export function tooLarge(version: number, current: number): ReturnType<typeof apiError> {
  return apiError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${version}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
}

/** A whole number from the query, 0 when absent. Throws a 400 otherwise. */
export function positive(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  if (/^\d{1,16}$/.test(text)) return Number(text);
  throw badRequest(`${name}: Invalid value: ${JSON.stringify(text)}: expected a whole number`);
}
