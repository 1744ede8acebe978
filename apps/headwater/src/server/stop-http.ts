import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const LOOK_EVERY_MS = 50;

/** Accepts nothing new, lets running requests end within the time, then closes what is left. Returns whether all ended. */
export async function stopHttp(app: FastifyInstance, milliseconds: number): Promise<boolean> {
  let closed = false;
  const closing = app.close().then(() => void (closed = true));
  const deadline = performance.now() + milliseconds;
  while (!closed && performance.now() < deadline) {
    // A connection kept alive becomes idle only after its answer, which may be after the close began.
    app.server.closeIdleConnections();
    await Promise.race([closing, sleep(LOOK_EVERY_MS)]);
  }
  const allEnded = closed;
  app.server.closeAllConnections();
  await closing;
  return allEnded;
}
