import type { Millis } from '@headwater/core/time.ts';
import type { Intake } from '@headwater/engine/intake/record-signals.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { Metrics } from '@headwater/engine/ports/metrics.ts';
import type { Remediator } from '@headwater/engine/ports/remediator.ts';
import type { People } from '../auth/people.ts';
import type { Settings } from '../config/settings.ts';
import type { Reading } from '../observability/metrics.ts';
import type { WorkerThread } from '../worker/start-worker.ts';
import type { LiveStreams } from './stream/live-streams.ts';
import type { Readiness } from '../server/readiness.ts';

/**
 * What handlers need beyond the verb context (`ctx.store`, `ctx.actor` ...): one line per service, added by the area that
 * provides it and made in wiring.
 */
export interface Services {
  readonly settings: Settings;
  readonly log: Log;
  readonly people: People;
  readonly metrics: Metrics;
  /** Reads what each thread has measured. */
  readonly readMetrics: readonly (() => Promise<Reading>)[];
  readonly readiness: Readiness;
  readonly streams: LiveStreams;
  readonly startedAt: Millis;
  /** The queue between senders of alerts and the database. */
  readonly intake: Intake;
  /** The thread of the worker role; null in a process without it. */
  readonly worker: Pick<WorkerThread, 'analyze'> | null;
  /** The cluster of alerts that name none. */
  readonly defaultCluster: string;
  /** The way to change a cluster; null when it is not known or writing is switched off. */
  readonly remediator: (cluster: string) => Remediator | null;
}
