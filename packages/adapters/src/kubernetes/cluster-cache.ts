import { AppError } from '@headwater/core/errors.ts';
import type { ApiResource, ClusterCache } from '@headwater/engine/ports/cluster.ts';
import { connect, type ConnectOptions, resolveAccess } from './connect.ts';
import { type Reflector, startReflector } from './reflector.ts';

export interface CacheOptions extends ConnectOptions {
  readonly resources: readonly ApiResource[];
  readonly random: () => number;
  readonly onRetry?: (kind: string, error: Error, waitMs: number) => void;
}

/** Starts one reflector a kind over one shared connection pool. Watches hold connections, so the pool grows with the kinds. */
export async function openClusterCache(options: CacheOptions): Promise<ClusterCache> {
  const transport = await connect(resolveAccess(options), { ...options, connections: options.resources.length + 8 });
  const reflectors = options.resources.map(
    (resource): Reflector =>
      startReflector(transport, {
        resource,
        random: options.random,
        onRetry: (error, waitMs) => options.onRetry?.(resource.kind, error, waitMs),
      }),
  );
  return {
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
