import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, type ErrorCode, messageOf } from '@headwater/core/errors.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { readBody } from './request-body.ts';
import { ROUTE_GROUPS } from './route-groups.ts';
import {
  jsonResponse,
  type ReplayRequest,
  type ReplayResponse,
  type RouteGroup,
  type RouteGroupFactory,
} from './route-group.ts';
import { type Clock, type ReplayTime, replayTime } from './time.ts';

export interface ReplayOptions {
  readonly source: RecordingSource;
  readonly clock: Clock;
  /** 0 (the default) takes any free port. */
  readonly port?: number | undefined;
  /** Recorded seconds per real second, played from the journal's start; undefined stands still at the recording's `now`. */
  readonly speed?: number | undefined;
  /** Where playing begins, in place of the journal's start; what the journal says before has happened by then. */
  readonly from?: Millis | undefined;
  readonly groups?: readonly RouteGroupFactory[] | undefined;
}

export interface Replay {
  /** `http://127.0.0.1:<port>`; the Kubernetes API at its root, the others below their prefix. */
  readonly url: string;
  /** A kubeconfig whose only context is this server. */
  readonly kubeconfig: string;
  readonly time: ReplayTime;
  stop(): Promise<void>;
}

/** Serves a recording on loopback. Throws AppError `conflict` when the port is taken. */
export async function startReplay({
  source,
  clock,
  port = 0,
  speed,
  from,
  groups = ROUTE_GROUPS,
}: ReplayOptions): Promise<Replay> {
  const span = await spanOf(source);
  const time = replayTime({ ...span, start: from ?? span.start, speed }, clock);
  const mounted: RouteGroup[] = [];
  for (const create of groups) mounted.push(await create(source, time));
  // The Kubernetes API has no prefix and is asked last.
  mounted.sort((left, right) => right.prefix.length - left.prefix.length);
  const stopping = new AbortController();
  const server = createServer(
    (request, response) => void serve(mounted, { request, response, time, stopping: stopping.signal }),
  );
  // A watch may stay silent for long; Node's default would cut it after five minutes.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    kubeconfig: kubeconfigFor(url, source.manifest.cluster.name),
    time,
    stop: async () => {
      stopping.abort();
      for (const group of mounted) group.close?.();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  const taken = error.code === 'EADDRINUSE';
  const message = taken
    ? `port ${port} is already in use`
    : `the replay server cannot listen on port ${port}: ${error.message}`;
  return new AppError(taken ? 'conflict' : 'unavailable', message, { details: { port }, cause: error });
}

async function spanOf(source: RecordingSource): Promise<{ start: number; end: number }> {
  const end = parseTime(source.manifest.now) ?? 0;
  let start = parseTime(source.manifest.window?.from) ?? end;
  let first = end;
  for await (const item of source.read(['history'])) {
    if (item.type === 'journal') first = Math.min(first, item.entry.observedAt);
  }
  if (first < end) start = first;
  return { start: Math.min(start, end), end };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly time: ReplayTime;
  readonly stopping: AbortSignal;
}

async function serve(groups: readonly RouteGroup[], { request, response, time, stopping }: Exchange): Promise<void> {
  // Clients take the cluster's clock from here, so that what was recorded is as old as it was then.
  response.sendDate = false;
  response.setHeader('date', new Date(time.now()).toUTCString());
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, stopping]);
  try {
    const answer = isLocal(request)
      ? await dispatch(groups, request, signal)
      : jsonResponse(403, { message: FOREIGN_HOST });
    await send(response, answer, signal);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else await send(response, failure(error), signal);
  }
}

const FOREIGN_HOST = 'the replay server answers only to 127.0.0.1 and localhost';

// A web page could otherwise reach it under a name of its own that resolves to loopback.
function isLocal(request: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? '127.0.0.1');
}

async function dispatch(
  groups: readonly RouteGroup[],
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<ReplayResponse> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  let body: Promise<string> | undefined;
  for (const group of groups) {
    if (group.prefix !== '' && pathname !== group.prefix && !pathname.startsWith(`${group.prefix}/`)) continue;
    const forwarded: ReplayRequest = {
      method: request.method ?? 'GET',
      path: pathname.slice(group.prefix.length) || '/',
      query: searchParams,
      headers: request.headers,
      text: () => (body ??= readBody(request)),
      signal,
    };
    const answer = await group.handle(forwarded);
    if (answer) return answer;
  }
  return jsonResponse(404, { message: `${pathname} is not served in replay` });
}

async function send(response: ServerResponse, answer: ReplayResponse, signal: AbortSignal): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (typeof answer.body === 'string') {
    response.end(answer.body);
    return;
  }
  // Clients of a watch wait for the headers before anything has happened.
  response.flushHeaders();
  for await (const chunk of answer.body) {
    if (signal.aborted) break;
    if (!response.write(chunk)) await drained(response, signal);
  }
  response.end();
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    response.on('drain', done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  not_found: 404,
  forbidden: 403,
  unauthenticated: 401,
  conflict: 409,
  invalid: 400,
  limit: 413,
  precondition: 412,
  unavailable: 503,
  internal: 500,
};

function failure(error: unknown): ReplayResponse {
  return jsonResponse(error instanceof AppError ? HTTP_STATUS[error.code] : 500, { message: messageOf(error) });
}
