import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource, ClusterCache, ObjectListener } from '@headwater/engine/ports/cluster.ts';
import { connect, type ConnectOptions, resolveAccess } from './connect.ts';
import { type Holdings, openHoldings } from './holdings.ts';
import { type Reflector, startReflector } from './reflector.ts';

export interface CacheOptions extends ConnectOptions {
  readonly resources: readonly ApiResource[];
  readonly random: () => number;
  readonly onRetry?: (kind: string, error: Error, waitMs: number) => void;
  /** Told of each change of any kind, the first list included, after look-ups show it. */
  readonly onChange?: ObjectListener | undefined;
}

/** Each watch holds a connection; this many kinds may be added, with some room for lists. */
const ROOM_FOR_NEW_KINDS = 72;

/** Starts one reflector a kind over one shared connection pool. Watches hold connections, so the pool grows with the kinds. */
export async function openClusterCache(options: CacheOptions): Promise<ClusterCache> {
  const connections = options.resources.length + ROOM_FOR_NEW_KINDS;
  const transport = await connect(resolveAccess(options), { ...options, connections });
  const holdings = openHoldings();
  // Two API groups may serve one kind (a Service of Kubernetes, a Service of a platform): look-ups mean the first, which is built in.
  const kinds = new Set<string>();
  const reflectors: Reflector[] = [];
  let stopped = false;
  function follow(resources: readonly ApiResource[]): void {
    for (const resource of resources) {
      if (stopped || reflectors.some((reflector) => isSame(reflector.resource, resource))) continue;
      const leads = !kinds.has(resource.kind);
      kinds.add(resource.kind);
      const reflector = startReflector(transport, {
        resource,
        random: options.random,
        onChange: listener(leads ? holdings : null, options.onChange),
        onRetry: (error, waitMs) => options.onRetry?.(resource.kind, error, waitMs),
      });
      reflectors.push(reflector);
    }
  }
  follow(options.resources);
  return {
    lookup: holdings.lookup,
    follow,
    ready: async () => void (await Promise.all(reflectors.map(({ ready }) => ready))),
    held: () => ({
      objects: reflectors.flatMap((reflector) => reflector.objects()),
      kinds: reflectors.map((reflector) => ({ kind: reflector.resource.kind, ...stateOf(reflector) })),
    }),
    stop: async () => {
      stopped = true;
      await Promise.all(reflectors.map((reflector) => reflector.stop()));
      await transport.close();
    },
  };
}

// A group that begins to prefer another version still serves the same objects.
function isSame(left: ApiResource, right: ApiResource): boolean {
  return left.plural === right.plural && groupOf(left) === groupOf(right);
}

function groupOf({ apiVersion }: ApiResource): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function listener(holdings: Holdings | null, onChange: ObjectListener | undefined): ObjectListener {
  return (type, object) => {
    holdings?.apply(type, object);
    onChange?.(type, object);
  };
}

// A kind that was synced once and is retrying still holds what it knew: stale, but read.
function stateOf(reflector: Reflector): { state: 'read' | 'forbidden' | 'unreachable'; message: string } {
  const failure = reflector.failure();
  // A kind that the server no longer serves has no objects: that is known.
  if (!failure || (failure instanceof AppError && failure.code === 'not_found')) return { state: 'read', message: '' };
  return {
    state: failure instanceof AppError && failure.code === 'forbidden' ? 'forbidden' : 'unreachable',
    message: failure.message,
  };
}
