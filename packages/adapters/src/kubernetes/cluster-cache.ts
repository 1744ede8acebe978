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

/** Starts one reflector a kind over one shared connection pool. Watches hold connections, so the pool grows with the kinds. */
export async function openClusterCache(options: CacheOptions): Promise<ClusterCache> {
  const transport = await connect(resolveAccess(options), { ...options, connections: options.resources.length + 8 });
  const holdings = openHoldings();
  const led = leaders(options.resources);
  const reflectors = options.resources.map(
    (resource): Reflector =>
      startReflector(transport, {
        resource,
        random: options.random,
        onChange: listener(led.has(resource) ? holdings : null, options.onChange),
        onRetry: (error, waitMs) => options.onRetry?.(resource.kind, error, waitMs),
      }),
  );
  return {
    lookup: holdings.lookup,
    ready: async () => void (await Promise.all(reflectors.map(({ ready }) => ready))),
    held: () => ({
      objects: reflectors.flatMap((reflector) => reflector.objects()),
      kinds: reflectors.map((reflector) => ({ kind: reflector.resource.kind, ...stateOf(reflector) })),
    }),
    stop: async () => {
      await Promise.all(reflectors.map((reflector) => reflector.stop()));
      await transport.close();
    },
  };
}

// Two API groups may serve one kind (a Service of Kubernetes, a Service of a platform): look-ups mean the first, which is built in.
function leaders(resources: readonly ApiResource[]): ReadonlySet<ApiResource> {
  const first = new Map<string, ApiResource>();
  for (const resource of resources) if (!first.has(resource.kind)) first.set(resource.kind, resource);
  return new Set(first.values());
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
