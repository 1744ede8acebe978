import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { joinApiVersion } from '@headwater/core/kube/resources.ts';
import type { ServedResource } from './catalog.ts';
import { positive, tooLarge } from './list.ts';
import { metadataOnly, type Form, type Presenter } from './present.ts';
import type { Matcher } from './selectors.ts';
import { expired, failureOf, statusObject } from './status.ts';
import type { ReplayStore, StoreEvent } from './store.ts';

export interface WatchRequest {
  readonly store: ReplayStore;
  readonly resource: ServedResource;
  /** The name its objects are stored under. */
  readonly storage: string;
  readonly namespace: string | undefined;
  readonly matcher: Matcher | undefined;
  readonly presenter: Presenter;
  readonly form: Form;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
  /** Milliseconds between bookmarks. */
  readonly bookmarkEvery: number;
}

// The API server ends watches after a random half hour to an hour; clients must cope with any.
const DEFAULT_TIMEOUT_SECONDS = 1_800;

/** The lines of a watch: what happens after a revision, bookmarks, and at last the end, or an ERROR event when history is gone. */
export async function* watchLines(request: WatchRequest): AsyncGenerator<string> {
  const { query, store } = request;
  const from = positive(query, 'resourceVersion');
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  let cursor = from;
  try {
    if (from > store.revision) throw tooLarge(from, store.revision);
    if (from === 0 || wantsInitial) {
      cursor = store.revision;
      for (const object of current(request)) yield line('ADDED', request.presenter.single(object));
      if (wantsInitial) yield bookmark(request, cursor, true);
    }
  } catch (error) {
    yield errorLine(error);
    return;
  }
  yield* changesAfter(request, cursor);
}

async function* changesAfter(request: WatchRequest, start: number): AsyncGenerator<string> {
  const { store, query, signal, bookmarkEvery } = request;
  const bookmarks = query.get('allowWatchBookmarks') === 'true';
  const ending = new AbortController();
  const seconds = positive(query, 'timeoutSeconds') || DEFAULT_TIMEOUT_SECONDS;
  const timer = setTimeout(() => ending.abort(), seconds * 1_000);
  const stop = AbortSignal.any([signal, ending.signal]);
  let cursor = start;
  try {
    while (!stop.aborted) {
      const events = store.eventsAfter(cursor);
      if (events === null) {
        yield errorLine(expired(`too old resource version: ${cursor}`));
        return;
      }
      for (const event of events) yield* eventLines(event, request);
      cursor = events.at(-1)?.revision ?? cursor;
      if (events.length > 0) continue;
      const revision = store.revision;
      await store.nextChange(bookmarkEvery, stop);
      if (bookmarks && store.revision === revision) yield bookmark(request, revision, false);
    }
  } finally {
    clearTimeout(timer);
  }
}

function current({ store, storage, resource, namespace, matcher }: WatchRequest): KubeObject[] {
  return store.list(storage, namespace).filter((object) => belongs(object, resource) && (matcher?.(object) ?? true));
}

/** Whether an object is served under a resource's version; Events are served under both of theirs. */
export function belongs(object: KubeObject, resource: ServedResource): boolean {
  return object.kind === 'Event' || object.apiVersion === joinApiVersion(resource);
}

// For a watch with a selector an object that starts to match is added, and one that stops to match is deleted.
function eventLines(event: StoreEvent, request: WatchRequest): string[] {
  const { resource, storage, namespace, matcher, presenter } = request;
  if (event.resource !== storage || !belongs(event.object, resource)) return [];
  if (namespace !== undefined && (event.object.metadata.namespace ?? '') !== namespace) return [];
  if (!matcher) return [line(event.type, presenter.single(event.object))];
  const before = event.type !== 'ADDED' && event.previous !== null && matcher(event.previous);
  const after = event.type !== 'DELETED' && matcher(event.object);
  if (before && after) return [line('MODIFIED', presenter.single(event.object))];
  if (after) return [line('ADDED', presenter.single(event.object))];
  // The last state that matched, as the API server sends it, under the revision at which it stopped.
  return before ? [line('DELETED', presenter.single(lastMatching(event)))] : [];
}

function lastMatching({ object, previous }: StoreEvent): KubeObject {
  if (!previous) return object;
  return { ...previous, metadata: { ...previous.metadata, resourceVersion: object.metadata.resourceVersion } };
}

function bookmark({ resource, form }: WatchRequest, revision: number, initialEnd: boolean): string {
  const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  const metadata = { name: '', resourceVersion: String(revision), creationTimestamp: null, ...annotations };
  const object = { kind: resource.kind, apiVersion: joinApiVersion(resource), metadata };
  return line('BOOKMARK', form === 'metadata' ? metadataOnly(object) : object);
}

function errorLine(error: unknown): string {
  return line('ERROR', statusObject(failureOf(error)));
}

function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}
