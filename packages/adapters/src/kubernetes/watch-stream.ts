import { AppError } from '@headwater/core/errors.ts';
import type { ListRequest } from '@headwater/engine/ports/cluster.ts';
import type { Transport } from '../http/transport.ts';
import { statusError } from './api.ts';
import { collectionPath } from './discovery.ts';
import { linesOf } from './lines.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/** The server ends a watch after about this long, so that load spreads over API servers and dead connections are noticed. */
const WATCH_SECONDS = 300;
/** Beyond the server's own end a silent connection is dead. */
const SILENCE_MS = (WATCH_SECONDS + 30) * 1000;

/** Streams watch events from a resourceVersion until the server ends the watch. Throws AppError; 410 has `details.status` 410. */
export async function* watch(
  transport: Transport,
  { resource, namespace, signal }: ListRequest,
  resourceVersion: string,
): AsyncGenerator<WatchEvent> {
  const path = collectionPath(resource, namespace);
  const { status, headers, body } = await transport.open({
    path,
    signal,
    timeoutMs: SILENCE_MS,
    headers:
      resource.kind === 'Secret' ? { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' } : {},
    query: { watch: 1, resourceVersion, allowWatchBookmarks: true, timeoutSeconds: WATCH_SECONDS },
  });
  if (status !== 200) throw statusError({ status, headers }, await body.text(), path);
  for await (const line of linesOf(body, path)) {
    if (line.trim() === '') continue;
    const event = parseEvent(line, path);
    if (event.type === 'ERROR') throw errorOf(event.object, path);
    yield event;
  }
}

function parseEvent(line: string, path: string): WatchEvent {
  try {
    return JSON.parse(line) as WatchEvent;
  } catch (error) {
    throw new AppError('unavailable', `a watch event of ${path} is not JSON`, { cause: error });
  }
}

function errorOf(object: unknown, path: string): AppError {
  const { code, message } = (object ?? {}) as { code?: number; message?: string };
  return statusError({ status: code ?? 500 }, JSON.stringify({ message: message ?? 'watch error' }), path);
}
