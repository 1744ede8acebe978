import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

const LOOK_EVERY_MS = 50;

/** Accepts nothing new, lets running requests end within the time, then closes what is left. Returns whether all ended. */
export async function stopHttp(app: FastifyInstance, milliseconds: number): Promise<boolean> {
  // A connection kept alive becomes idle only after its answer, which may be after the close began.
  const idle = setInterval(() => app.server.closeIdleConnections(), LOOK_EVERY_MS);
  const giveUp = new AbortController();
  const closing = app.close().then(() => true);
  const late = sleep(milliseconds, false, { signal: giveUp.signal }).catch(() => false);
  const allEnded = await Promise.race([closing, late]);
  giveUp.abort();
  clearInterval(idle);
  app.server.closeAllConnections();
  await closing;
  return allEnded;
}
