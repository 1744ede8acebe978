import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { ServerWiring } from '../wiring/server.ts';
import type { StartOptions } from './start-server.ts';

// A database of one's own often starts beside us; after this long it is a mistake a person must see.
const WAIT_MS = 60 * SECOND;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5 * SECOND;

type Database = Awaited<ReturnType<ServerWiring['openDatabase']>>;

/** Opens the store, waiting up to a minute for a server of one's own that is not there yet. */
export async function openStoreWhenThere({ settings, wiring, log, signal }: StartOptions): Promise<Database> {
  const started = wiring.monotonic();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await wiring.openDatabase(settings.store, log);
    } catch (error) {
      const mayCome = settings.store.databaseUrl !== undefined && error instanceof AppError && error.retryable;
      if (!mayCome || signal.aborted || wiring.monotonic() - started > WAIT_MS) throw error;
      log.warn({ reason: messageOf(error), retryInMs: pause }, 'the database is not there yet');
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
