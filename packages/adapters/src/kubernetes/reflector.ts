import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource } from '@headwater/engine/ports/cluster.ts';
import type { Transport } from '../http/transport.ts';
import { listPages, readItem } from './list.ts';
import { watch } from './watch-stream.ts';

export interface ReflectorOptions {
  readonly resource: ApiResource;
  readonly namespace?: string | undefined;
  /** Between 0 and 1; spreads the retries of many reflectors. */
  readonly random: () => number;
  /** Told of each change after it was stored. */
  readonly onChange?: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject) => void;
  /** Told of each failure that is retried. */
  readonly onRetry?: (error: Error, waitMs: number) => void;
}

/** A local copy of one collection that follows the server: list, then watch; relist on 410; back off on failure. */
export interface Reflector {
  readonly resource: ApiResource;
  /** Settles after the first list: null when it is synced (or the kind is gone), else why it is forbidden or was not reached in the first tries. */
  readonly ready: Promise<Error | null>;
  objects(): readonly KubeObject[];
  /** Null while following; the last failure while retrying. */
  failure(): Error | null;
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const REOPEN_MS = 100;
const MAX_WAIT_MS = 30_000;
/** One broken aggregated API must not keep everything else from starting. */
const TRIES_BEFORE_READY = 3;

/** Starts following a collection. */
export function startReflector(transport: Transport, options: ReflectorOptions): Reflector {
  const abort = new AbortController();
  const copy: Copy = { store: new Map(), version: '', events: 0, signal: abort.signal };
  let failure: Error | null = null;
  const ready = Promise.withResolvers<Error | null>();
  const pause = (millis: number): Promise<void> =>
    sleep(millis, undefined, { signal: abort.signal }).catch(() => undefined);
  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!abort.signal.aborted) {
      const { events } = copy;
      try {
        if (copy.version === '') await relist(transport, options, copy);
        failure = null;
        ready.resolve(null);
        await follow(transport, options, copy);
        failures = 0;
        // A server that ends every watch at once must not be asked in a tight loop.
        await pause(REOPEN_MS * (0.5 + options.random()));
      } catch (error) {
        if (abort.signal.aborted) return;
        failures = copy.events > events ? 1 : failures + 1;
        failure = error instanceof Error ? error : new Error(String(error));
        const code = error instanceof AppError ? error.code : null;
        if (code === 'not_found') vanish(copy, options);
        if (code === 'forbidden' || failures >= TRIES_BEFORE_READY) ready.resolve(failure);
        else if (code === 'not_found') ready.resolve(null);
        // Who may list but not watch, and whose version is too old, starts over from a list.
        if (isGone(error) || code === 'forbidden') copy.version = '';
        const wait = isGone(error) && failures === 1 ? REOPEN_MS : waitOf(failures, failure) * (0.5 + options.random());
        if (!isGone(error) || failures > 1) options.onRetry?.(failure, wait);
        await pause(wait);
      }
    }
  };
  const running = loop();
  return {
    resource: options.resource,
    ready: ready.promise,
    objects: () => [...copy.store.values()],
    failure: () => failure,
    stop: async () => {
      abort.abort();
      await running;
      ready.resolve(null);
    },
  };
}

/** What is held, and the version to go on from; empty when only a list can tell. */
interface Copy {
  readonly store: Map<string, KubeObject>;
  readonly signal: AbortSignal;
  version: string;
  /** Watch events seen so far: a watch that brought some was no failure from the start. */
  events: number;
}

function waitOf(failures: number, failure: Error): number {
  const asked = failure instanceof AppError ? failure.details['retryAfterMs'] : undefined;
  const backOff = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), MAX_WAIT_MS);
  return typeof asked === 'number' ? Math.max(backOff, asked * 2) : backOff;
}

// The kind itself was removed, and its objects with it.
function vanish(copy: Copy, { onChange }: ReflectorOptions): void {
  copy.version = '';
  for (const [key, object] of copy.store) {
    copy.store.delete(key);
    onChange?.('DELETED', object);
  }
}

async function relist(
  transport: Transport,
  { resource, namespace, onChange }: ReflectorOptions,
  copy: Copy,
): Promise<void> {
  const { store, signal } = copy;
  const { objects, resourceVersion } = await listPages(transport, { resource, namespace, signal });
  const fresh = new Map(objects.map((object) => [keyOf(object), object]));
  // What vanished while nobody watched must be told as deleted.
  for (const [key, object] of store) {
    if (fresh.has(key)) continue;
    store.delete(key);
    onChange?.('DELETED', object);
  }
  for (const [key, object] of fresh) {
    const known = store.get(key);
    store.set(key, object);
    if (known?.metadata.resourceVersion !== object.metadata.resourceVersion || !known)
      onChange?.(known ? 'MODIFIED' : 'ADDED', object);
  }
  copy.version = resourceVersion;
}

// Each event moves the version, so that a broken connection goes on where it broke.
async function follow(
  transport: Transport,
  { resource, namespace, onChange }: ReflectorOptions,
  copy: Copy,
): Promise<void> {
  const { store, signal } = copy;
  for await (const event of watch(transport, { resource, namespace, signal }, copy.version)) {
    copy.events += 1;
    // A bookmark is an object with nothing but its version.
    copy.version = versionOf(event.object) ?? copy.version;
    const [object] = event.type === 'BOOKMARK' || event.type === 'ERROR' ? [] : readItem(event.object, resource);
    if (!object || event.type === 'BOOKMARK' || event.type === 'ERROR') continue;
    if (event.type === 'DELETED') store.delete(keyOf(object));
    else store.set(keyOf(object), object);
    onChange?.(event.type, object);
  }
}

function versionOf(object: unknown): string | undefined {
  return (object as { metadata?: { resourceVersion?: string } } | null)?.metadata?.resourceVersion;
}

function isGone(error: unknown): boolean {
  return error instanceof AppError && error.details['status'] === 410;
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
