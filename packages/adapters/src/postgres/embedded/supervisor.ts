import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@headwater/core/errors.ts';
import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import type { DatabaseAddress } from '../connect.ts';
import { type Binaries, installBinaries } from './binaries.ts';
import { EMBEDDED_DATABASE, EMBEDDED_USER, prepareCluster, stopOrphan } from './cluster.ts';
import { type Directories, directoriesOf, prepareDirectories } from './directories.ts';
import { type DirectoryLock, lockDirectory } from './lock.ts';
import { findPackage } from './package.ts';
import { type Server, spawnServer, stopServer, untilReady } from './server.ts';

export type EmbeddedState =
  | { readonly state: 'ready' }
  | { readonly state: 'restarting'; readonly reason: string; readonly attempt: number }
  | { readonly state: 'stopped' };

export interface EmbeddedOptions {
  readonly dataDirectory: string;
  /** Where the binaries are copied to; in the data directory when absent. */
  readonly cacheDirectory?: string;
  readonly now: () => Millis;
  /** A line the server wrote, or one about it. */
  readonly log: (line: string) => void;
}

/** A PostgreSQL server of our own, restarted when it ends unasked. */
export interface EmbeddedPostgres {
  readonly address: DatabaseAddress;
  readonly pid: number;
  state(): EmbeddedState;
  stop(): Promise<void>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10 * SECOND;
const LOCKED = /lock file ".*" already exists|pre-existing shared memory block/;
// With the growing pauses about 12 s.
const LOCKED_ATTEMPTS = 15;
// A server that ran this long was sound: the next end starts counting anew.
const SOUND_AFTER_MS = MINUTE;

/** Where the server of a data directory listens while it runs. */
export function embeddedAddress(dataDirectory: string): DatabaseAddress {
  return addressOf(directoriesOf(dataDirectory));
}

/** Starts PostgreSQL in the data directory, which belongs to this process until `stop`. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const source = findPackage(process.platform, process.arch);
  const directories = directoriesOf(options.dataDirectory);
  await prepareDirectories(directories);
  const lock = await lockDirectory(directories.lock, options.now);
  try {
    const binaries = await installBinaries(source, options.cacheDirectory ?? `${directories.data}/cache`);
    await prepareCluster(directories, binaries);
    if (await stopOrphan(directories.cluster)) options.log('stopped the PostgreSQL an earlier Headwater left running');
    const supervisor = new Supervisor({ ...options, binaries, directories, lock });
    await supervisor.start();
    return supervisor;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface SupervisorParts extends EmbeddedOptions {
  readonly binaries: Binaries;
  readonly directories: Directories;
  readonly lock: DirectoryLock;
}

class Supervisor implements EmbeddedPostgres {
  readonly address: DatabaseAddress;
  readonly #parts: SupervisorParts;
  readonly #stopping = new AbortController();
  #state: EmbeddedState = { state: 'stopped' };
  #server: Server | undefined;
  #watch: Promise<void> = Promise.resolve();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
    this.address = addressOf(parts.directories);
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  state(): EmbeddedState {
    return this.#state;
  }

  async start(): Promise<void> {
    await this.#launchWhenFree();
    this.#watch = this.#keepRunning();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#server) await stopServer(this.#server);
    await this.#watch;
    this.#state = { state: 'stopped' };
    await this.#parts.lock.release();
  }

  // The directory is ours, so whoever is named in PostgreSQL's own lock file is dead or about to be: a server that a killed
  // Headwater had only begun to start, or one whose parent has not yet been told of its end.
  async #launchWhenFree(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#launch();
      } catch (error) {
        if (attempt === LOCKED_ATTEMPTS || !LOCKED.test(messageOf(error))) throw error;
        await this.#pause(FIRST_PAUSE_MS * attempt);
        await stopOrphan(this.#parts.directories.cluster);
      }
    }
  }

  async #launch(): Promise<void> {
    const { binaries, directories, log } = this.#parts;
    this.#server = spawnServer(binaries, directories, log);
    await untilReady(this.#server, directories);
    this.#state = { state: 'ready' };
  }

  async #keepRunning(): Promise<void> {
    let attempt = 0;
    let readySince = this.#parts.now();
    while (!this.#stopping.signal.aborted) {
      let reason = (await this.#server?.ended) ?? '';
      if (this.#stopping.signal.aborted) return;
      attempt = this.#parts.now() - readySince > SOUND_AFTER_MS ? 1 : attempt + 1;
      for (; !this.#stopping.signal.aborted; attempt++) {
        this.#state = { state: 'restarting', reason, attempt };
        this.#parts.log(`PostgreSQL ended (${reason}); restart ${attempt}`);
        await this.#pause(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS));
        if (this.#stopping.signal.aborted) return;
        const failure = await this.#launch().then(() => undefined, messageOf);
        if (failure === undefined) break;
        reason = failure;
      }
      readySince = this.#parts.now();
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function addressOf(directories: Directories): DatabaseAddress {
  return { socketDirectory: directories.socket, user: EMBEDDED_USER, database: EMBEDDED_DATABASE };
}
