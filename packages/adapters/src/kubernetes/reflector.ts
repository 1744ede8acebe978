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
  /** Settles after the first list: null when it is synced, the refusal when the kind is forbidden. */
  readonly ready: Promise<AppError | null>;
  objects(): readonly KubeObject[];
  /** Null while following; the last failure while retrying. */
  failure(): Error | null;
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const REOPEN_MS = 100;
const MAX_WAIT_MS = 30_000;

/** Starts following a collection. */
export function startReflector(transport: Transport, options: ReflectorOptions): Reflector {
  const abort = new AbortController();
  const store = new Map<string, KubeObject>();
  let failure: Error | null = null;
  const ready = Promise.withResolvers<AppError | null>();
  const loop = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    let version = '';
    while (!abort.signal.aborted) {
      try {
        if (version === '') version = await relist(transport, options, { store, signal: abort.signal });
        failure = null;
        ready.resolve(null);
        version = await follow(transport, options, { store, version, signal: abort.signal });
        wait = FIRST_WAIT_MS;
        // A server that ends every watch at once must not be asked in a tight loop.
        await sleep(REOPEN_MS * (0.5 + options.random()), undefined, { signal: abort.signal }).catch(() => undefined);
      } catch (error) {
        if (abort.signal.aborted) return;
        failure = error instanceof Error ? error : new Error(String(error));
        if (error instanceof AppError && error.code === 'forbidden') ready.resolve(error);
        if (isGone(error)) {
          version = '';
          continue;
        }
        const pause = wait * (0.5 + options.random());
        options.onRetry?.(failure, pause);
        wait = Math.min(wait * 2, MAX_WAIT_MS);
        await sleep(pause, undefined, { signal: abort.signal }).catch(() => undefined);
      }
    }
  };
  const running = loop();
  return {
    resource: options.resource,
    ready: ready.promise,
    objects: () => [...store.values()],
    failure: () => failure,
    stop: async () => {
      abort.abort();
      await running;
      ready.resolve(null);
    },
  };
}

interface Store {
  readonly store: Map<string, KubeObject>;
  readonly signal: AbortSignal;
}

async function relist(transport: Transport, { resource, namespace, onChange }: ReflectorOptions, { store, signal }: Store): Promise<string> {
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
    if (known?.metadata.resourceVersion !== object.metadata.resourceVersion || !known) onChange?.(known ? 'MODIFIED' : 'ADDED', object);
  }
  return resourceVersion;
}

// Returns the version to go on from when the server ends the watch in order.
async function follow(transport: Transport, { resource, namespace, onChange }: ReflectorOptions, { store, version, signal }: Store & { version: string }): Promise<string> {
  let current = version;
  for await (const event of watch(transport, { resource, namespace, signal }, version)) {
    // A bookmark is an object with nothing but its version.
    current = versionOf(event.object) ?? current;
    const [object] = event.type === 'BOOKMARK' || event.type === 'ERROR' ? [] : readItem(event.object, resource);
    if (!object || event.type === 'BOOKMARK' || event.type === 'ERROR') continue;
    if (event.type === 'DELETED') store.delete(keyOf(object));
    else store.set(keyOf(object), object);
    onChange?.(event.type, object);
  }
  return current;
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
