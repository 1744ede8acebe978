import type { LogOutcome, LogRequest } from '@headwater/engine/ports/cluster.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Transport } from '../http/transport.ts';
import { statusError } from './api.ts';
import { linesOf } from './lines.ts';

/** Reads a container's log with timestamps; what the server cuts at `limitBytes` simply ends. */
export async function readLog(transport: Transport, request: LogRequest): Promise<LogOutcome> {
  const path = `/api/v1/namespaces/${encodeURIComponent(request.namespace)}/pods/${encodeURIComponent(request.pod)}/log`;
  try {
    const { status, headers, body } = await transport.open({
      path,
      signal: request.signal,
      headers: { accept: '*/*' },
      query: {
        container: request.container,
        previous: request.previous || undefined,
        timestamps: true,
        tailLines: request.tailLines,
        limitBytes: request.limitBytes,
        sinceTime: request.since === null ? undefined : new Date(request.since).toISOString(),
      },
    });
    if (status === 200) return { state: 'read', lines: linesOf(body, path) };
    const error = statusError({ status, headers }, await body.text(), path);
    if (status === 403) return { state: 'forbidden', message: error.message };
    // 400: the container waits to start or has no previous instance; 404: the Pod is gone.
    return { state: status === 400 || status === 404 ? 'absent' : 'unreachable', message: error.message };
  } catch (error) {
    if (error instanceof AppError && error.code !== 'unauthenticated')
      return { state: 'unreachable', message: error.message };
    throw error;
  }
}
