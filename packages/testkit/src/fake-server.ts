import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface FakeServer extends AsyncDisposable {
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly asked: readonly {
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: IncomingMessage['headers'];
  }[];
}

/** One request as a handler sees it; `nth` counts the requests of the same path from 1. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly nth: number;
  readonly response: ServerResponse;
}

/** An HTTP server on loopback for one test: a handler returns JSON to answer 200 with, or answers by itself and returns undefined. */
export async function fakeServer(handler: (asked: Asked) => unknown): Promise<FakeServer> {
  const asked: FakeServer['asked'][number][] = [];
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    asked.push({ path, query, headers: request.headers });
    const nth = (counts.get(path) ?? 0) + 1;
    counts.set(path, nth);
    const body = handler({ path, query, nth, response });
    if (body !== undefined) answerJson(response, 200, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a status and a JSON body. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Waits until a condition holds, up to five seconds. */
export async function until(holds: () => boolean): Promise<void> {
  for (const start = performance.now(); !holds(); await sleep(2))
    if (performance.now() - start > 5_000) throw new Error(`not so within 5 s: ${holds.toString()}`);
}
