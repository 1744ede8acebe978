import { AppError } from '@headwater/core/errors.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { type Connection, connect, type DatabaseAddress } from './connect.ts';
import { directoriesOf } from './embedded/directories.ts';
import { liveHolder } from './embedded/lock.ts';
import { type EmbeddedPostgres, type EmbeddedState, embeddedAddress, startEmbedded } from './embedded/supervisor.ts';
import { createJobs, type Jobs } from './jobs/jobs.ts';
import { prepareSchema } from './prepare.ts';
import { createStore } from './store.ts';

export interface AttachOptions {
  readonly applicationName?: string;
  readonly maxConnections?: number;
  readonly random: () => number;
  /** Something failed in the background and is being tried again. */
  readonly onError: (error: unknown) => void;
}

export interface OpenOptions extends AttachOptions {
  /** A server of one's own; without it the embedded one runs in the data directory. */
  readonly url?: string | undefined;
  readonly dataDirectory: string;
  /** Where the embedded server's binaries are copied to; in the data directory when absent. */
  readonly cacheDirectory?: string | undefined;
  readonly now: () => Millis;
  /** A line the embedded server wrote, or one about it. */
  readonly log: (line: string) => void;
}

/** A store over an address whose schema is ready. */
export interface AttachedDatabase extends Connection {
  readonly address: DatabaseAddress;
  readonly store: Store;
  readonly jobs: Jobs;
  /** Rejects with `unavailable` and the reason while the store cannot be used. */
  probe(): Promise<void>;
}

export interface OpenDatabase extends AttachedDatabase {
  /** The embedded server's state; null with a server of one's own. */
  embedded(): EmbeddedState | null;
  /** The migrations this start applied. */
  readonly applied: readonly string[];
}

/** Starts the embedded server or reaches the given one, brings its schema up to date and opens the store. */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  const embedded = options.url === undefined ? await startEmbedded(options) : null;
  const attached = attachDatabase(embedded?.address ?? { url: options.url ?? '' }, options);
  const close = async () => {
    await attached.close();
    await embedded?.stop();
  };
  try {
    const applied = await prepareSchema(attached.pool);
    return {
      ...attached,
      close,
      applied,
      embedded: () => embedded?.state() ?? null,
      probe: () => probe(attached, embedded),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the store where another part of this program already started and migrated it. */
export function attachDatabase(address: DatabaseAddress, options: AttachOptions): AttachedDatabase {
  const { applicationName, maxConnections, onError, random } = options;
  const connection = connect({
    address,
    onIdleError: onError,
    ...(applicationName === undefined ? {} : { applicationName }),
    ...(maxConnections === undefined ? {} : { maxConnections }),
  });
  const jobs = createJobs(connection.pool, onError);
  return {
    ...connection,
    address,
    jobs,
    store: createStore({ db: connection.db, random, jobs: jobs.sender }),
    probe: () => probe(connection, null),
    close: async () => {
      await jobs.close();
      await connection.close();
    },
  };
}

export type ReachOptions = Omit<OpenOptions, keyof AttachOptions>;

export interface ReachedDatabase {
  readonly address: DatabaseAddress;
  /** The process that runs the embedded server; null when that is this one, or the server is external. */
  readonly ownerPid: number | null;
  release(): Promise<void>;
}

/** Where the database of a data directory or URL answers now; starts the embedded one when nobody runs it. */
export async function reachDatabase(options: ReachOptions): Promise<ReachedDatabase> {
  const release = () => Promise.resolve();
  if (options.url !== undefined) return { address: { url: options.url }, ownerPid: null, release };
  const holder = await liveHolder(directoriesOf(options.dataDirectory).lock, options.now());
  if (holder) return { address: embeddedAddress(options.dataDirectory), ownerPid: holder.pid, release };
  const embedded = await startEmbedded(options);
  return { address: embedded.address, ownerPid: null, release: () => embedded.stop() };
}

async function probe({ db }: Connection, embedded: EmbeddedPostgres | null): Promise<void> {
  const state = embedded?.state();
  if (state?.state === 'restarting') {
    throw new AppError('unavailable', `the database is being restarted (attempt ${state.attempt}): ${state.reason}`);
  }
  await db.selectNoFrom((eb) => eb.val(1).as('one')).execute();
}
