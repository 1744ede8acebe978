import { decideSignal, type Episode, type SignalReason } from '@headwater/core/alert/episode.ts';
import { type Millis, MINUTE } from '@headwater/core/time.ts';
import type {
  AlertState,
  ChangedEpisode,
  NewEpisode,
  RefreshedAlert,
  RepeatedEpisode,
  StoredAlert,
  StoredEpisode,
} from '../ports/store/alerts.ts';
import type { DeliveredAlert } from './delivery.ts';

/** All signals of one alert in a batch, in the order they came in. */
export interface AlertSignals {
  readonly stored: StoredAlert;
  readonly signals: readonly ReceivedSignal[];
}

export interface ReceivedSignal extends DeliveredAlert {
  readonly receivedAt: Millis;
  /** Tells the delivery and the place in it what became of this signal. */
  readonly tell: (reason: SignalReason) => void;
}

/** Rows to write for a batch. */
export interface Writes {
  readonly refreshed: RefreshedAlert[];
  readonly states: AlertState[];
  readonly changed: ChangedEpisode[];
  readonly inserted: NewEpisode[];
  readonly repeated: RepeatedEpisode[];
}

export function noWrites(): Writes {
  return { refreshed: [], states: [], changed: [], inserted: [], repeated: [] };
}

// Signals that say nothing new of what the alert is like now.
const STALE: ReadonlySet<SignalReason> = new Set([
  'late-duplicate',
  'outdated',
  'nothing-open',
  'resolve-repeated',
  'end-corrected',
]);
// A repeat writes the counter alone; the alert's own row follows this slowly.
const SEEN_EVERY = MINUTE;

/** Adds to the writes what the signals of one alert come to together. */
export function planAlert({ stored, signals }: AlertSignals, writes: Writes, newId: (prefix: string) => string): void {
  const before = new Map(stored.episodes.map((episode) => [episode.startsAt, episode]));
  const after = new Map<Millis, Episode>(before);
  let latest: DeliveredAlert | null = null;
  let opened: DeliveredAlert | null = null;
  let seenAt = stored.lastSeenAt;
  for (const told of signals) {
    const { receivedAt } = told;
    const { reason, put } = decideSignal([...after.values()], told.signal, receivedAt);
    told.tell(reason);
    for (const episode of put) after.set(episode.startsAt, episode);
    if (!STALE.has(reason)) latest = told;
    if (reason === 'opened' || reason === 'superseded' || reason === 'reopened') opened = told;
    seenAt = Math.max(seenAt, receivedAt);
  }
  planEpisodes({ alertId: stored.id, before, after, newId }, writes);
  if (latest && latest.contentHash !== stored.contentHash) writes.refreshed.push({ ...latest.facts(), id: stored.id });
  const status = [...after.values()].some((episode) => episode.status === 'firing') ? 'firing' : 'resolved';
  const moved = opened !== null && (opened.groupKey !== stored.groupKey || opened.receiver !== stored.receiver);
  if (status !== stored.status || moved || seenAt - stored.lastSeenAt >= SEEN_EVERY) {
    const group = { groupKey: opened?.groupKey ?? null, receiver: opened?.receiver ?? null };
    writes.states.push({ id: stored.id, status, lastSeenAt: seenAt, ...group });
  }
}

interface EpisodeChange {
  readonly alertId: string;
  readonly before: ReadonlyMap<Millis, StoredEpisode>;
  readonly after: ReadonlyMap<Millis, Episode>;
  readonly newId: (prefix: string) => string;
}

function planEpisodes({ alertId, before, after, newId }: EpisodeChange, writes: Writes): void {
  for (const [startsAt, episode] of after) {
    const known = before.get(startsAt);
    if (known === episode) continue;
    if (!known) {
      writes.inserted.push({ ...episode, id: newId('eps'), alertId, correlate: episode.status === 'firing' });
    } else if (onlyRepeated(known, episode)) {
      writes.repeated.push({ id: known.id, by: episode.repeats - known.repeats, expiresAt: episode.expiresAt });
    } else {
      writes.changed.push({ ...episode, id: known.id, correlate: known.status !== episode.status });
    }
  }
}

function onlyRepeated(known: Episode, episode: Episode): boolean {
  return (
    known.status === 'firing' && episode.status === 'firing' && known.resolvedReceivedAt === episode.resolvedReceivedAt
  );
}
