import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '@headwater/core/time.ts';
import { type ClusterJournal, openJournal } from '@headwater/engine/journal/follow-journal.ts';
import { journalWindow } from '@headwater/engine/journal/window.ts';
import type { ClusterReader } from '@headwater/engine/ports/cluster.ts';
import type { ClusterView } from '@headwater/engine/ports/clusters.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Metrics } from '@headwater/engine/ports/metrics.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import type { Wiring } from '../wiring.ts';
import { type Loop, startLoop } from './loop.ts';

export interface JournalOptions {
  readonly cluster: string;
  readonly store: Store;
  readonly wiring: Pick<Wiring, 'openJournalHashes'>;
  /** Whether Secrets may be read, so that the keys of one that changed can be named. */
  readonly readSecrets: boolean;
  readonly reader: () => Promise<ClusterReader>;
  readonly pause: () => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The journal of one cluster while the process runs. */
export interface RunningJournal extends Pick<ClusterJournal, 'offer' | 'listed'> {
  /** The changes of a window, those of this second included. */
  readonly read: NonNullable<ClusterView['journal']>;
  stop(): Promise<void>;
}

const EVERY_MS = SECOND;
/** How long a diagnosis, or the end of the process, waits for the last second to be stored. */
const PATIENCE_MS = 2 * SECOND;
/** With more than this waiting, a diagnosis reads what is stored and does not wait for the rest. */
const WORTH_WAITING = 500;

/** Starts writing the journal of a cluster, batch by batch beside everything else. */
export function startJournal(options: JournalOptions): RunningJournal {
  const { cluster, store, log, metrics, now } = options;
  const journal = openJournal({
    cluster,
    store,
    now,
    pause: options.pause,
    hashes: once(() => options.wiring.openJournalHashes((proposed) => store.secrets.keep('journal', proposed, now()))),
    readSecret: async (namespace, name, hash) => {
      if (!options.readSecrets) return { state: 'forbidden', message: 'reading Secrets is turned off' };
      return (await options.reader()).secret(namespace, name, hash);
    },
  });
  let told = journal.counts();
  const tell = (): void => {
    const { stored, passedOver } = journal.counts();
    metrics.count('headwater_journal_versions_total', {}, stored - told.stored);
    metrics.count('headwater_journal_passed_over_total', {}, passedOver - told.passedOver);
    told = { stored, passedOver };
  };
  const loop: Loop = startLoop({
    every: EVERY_MS,
    onError: (error) => log.warn({ error, cluster }, 'the journal could not be written; it is tried again'),
    run: async () => {
      try {
        return await journal.flush();
      } finally {
        tell();
      }
    },
  });
  return {
    offer: journal.offer,
    listed: journal.listed,
    read: async (window) => {
      // A store that is away is told as such by the read that follows.
      if (journal.waiting() < WORTH_WAITING) await within(PATIENCE_MS, journal.flush());
      return journalWindow(store.journal, { ...window, cluster });
    },
    stop: async () => {
      // What happened in the last second is worth one more try; a list tells it again otherwise.
      await within(
        PATIENCE_MS,
        loop.stop().then(() => journal.flush()),
      );
    },
  };
}

/** Waits for something that is only worth so much time; its failure is told elsewhere. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const patience = sleep(milliseconds, undefined, { signal: ended.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), patience]);
  ended.abort();
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
