import { MINUTE, type Millis, SECOND } from '../time.ts';

/** One span of firing; within one alert its start is its identity. */
export interface Episode {
  readonly startsAt: Millis;
  /** Null while firing. */
  readonly endsAt: Millis | null;
  readonly status: 'firing' | 'resolved';
  /** When it ends by itself unless it is repeated; null when only its source ends it. */
  readonly expiresAt: Millis | null;
  readonly endedBy: 'source' | 'expired' | 'superseded' | 'person' | null;
  readonly receivedAt: Millis;
  /** When its end was last reported to us. */
  readonly resolvedReceivedAt: Millis | null;
  readonly repeats: number;
}

/** What a sender says about one alert; `startsAt` null when it does not know. */
export interface Signal {
  readonly status: 'firing' | 'resolved';
  readonly startsAt: Millis | null;
  readonly endsAt: Millis | null;
}

/** Every way a signal can meet what is stored, with what it means. */
export const SIGNAL_REASONS = {
  opened: 'a span of firing that was not known',
  superseded: 'a later start than the open span, which ends there',
  repeated: 'the open span, told again',
  reopened: 'the same start after its end: it fires again, or never stopped',
  resolved: 'the end of the open span',
  tombstone: 'the end of a span nobody reported: kept so that its late start opens nothing',
  'end-corrected': "the source's own word on when a span ended that had been closed for it",
  'resolve-repeated': 'an end that is known',
  'late-duplicate': 'a start told again right after its end, by a replica that lags behind',
  outdated: 'a span that a later one has replaced',
  'nothing-open': 'an end without a start while nothing is open',
} as const;

export type SignalReason = keyof typeof SIGNAL_REASONS;

/** The episodes as they must be afterwards (new ones have a start that was not known), the ended ones first. */
export interface SignalDecision {
  readonly reason: SignalReason;
  readonly put: readonly Episode[];
}

// Replicas of an Alertmanager wait 15 s per position before they repeat what another one may have sent.
const LATE_WINDOW = 30 * SECOND;
/** A start further ahead of our clock than this is a broken clock, not an alert to come. */
export const MAX_AHEAD = 10 * MINUTE;

/** What a signal received at `at` does to the known episodes of its alert; duplicates and disorder are normal input. */
export function decideSignal(known: readonly Episode[], signal: Signal, at: Millis): SignalDecision {
  return signal.status === 'firing' ? decideFiring(known, signal, at) : decideResolved(known, signal, at);
}

function decideFiring(known: readonly Episode[], signal: Signal, at: Millis): SignalDecision {
  const open = known.find(({ status }) => status === 'firing');
  const startsAt = signal.startsAt ?? open?.startsAt ?? at;
  const expiresAt = signal.endsAt !== null && signal.endsAt > at ? signal.endsAt : null;
  const same = known.find((episode) => episode.startsAt === startsAt);
  const next = nextAfter(known, startsAt);
  if (same?.status === 'firing') {
    return { reason: 'repeated', put: [{ ...same, expiresAt, repeats: same.repeats + 1 }] };
  }
  if (same) {
    if (next !== undefined) return { reason: 'outdated', put: [] };
    if (same.endedBy !== 'expired' && isLate(same, at)) return { reason: 'late-duplicate', put: [] };
    const again: Episode = {
      ...same,
      status: 'firing',
      endsAt: null,
      endedBy: null,
      resolvedReceivedAt: null,
      expiresAt,
    };
    return { reason: 'reopened', put: [...endedAt(open, startsAt, at), { ...again, repeats: same.repeats + 1 }] };
  }
  const fresh = newEpisode(startsAt, at);
  if (next !== undefined) {
    return { reason: 'outdated', put: [ended(fresh, 'superseded', { endsAt: next.startsAt, at })] };
  }
  const around = known.find(
    (episode) => episode.endedBy === 'source' && covers(episode, startsAt) && isLate(episode, at),
  );
  if (around) return { reason: 'late-duplicate', put: [ended(fresh, 'source', { endsAt: around.endsAt ?? at, at })] };
  return {
    reason: open ? 'superseded' : 'opened',
    put: [...endedAt(open, startsAt, at), { ...fresh, expiresAt }],
  };
}

function decideResolved(known: readonly Episode[], signal: Signal, at: Millis): SignalDecision {
  const open = known.find(({ status }) => status === 'firing');
  const startsAt = signal.startsAt ?? open?.startsAt;
  if (startsAt === undefined) return { reason: 'nothing-open', put: [] };
  // A sender's clock may run ahead of ours; nothing has ended in the future.
  const endsAt = Math.max(startsAt, Math.min(signal.endsAt ?? at, at));
  const same = known.find((episode) => episode.startsAt === startsAt);
  if (same?.status === 'firing') return { reason: 'resolved', put: [ended(same, 'source', { endsAt, at })] };
  // One alert has one span at a time: replicas that learnt of it at different moments name different starts of the same one.
  const covered =
    open && open.startsAt > startsAt && open.startsAt <= endsAt ? [ended(open, 'source', { endsAt, at })] : [];
  if (!same) {
    const tombstone = ended(newEpisode(startsAt, at), 'source', { endsAt, at });
    const older = open && open.startsAt < startsAt ? endedAt(open, startsAt, at) : [];
    return { reason: covered.length > 0 ? 'resolved' : 'tombstone', put: [...covered, ...older, tombstone] };
  }
  if (same.endedBy === 'expired' || same.endedBy === 'superseded') {
    const reason = covered.length > 0 ? 'resolved' : 'end-corrected';
    return { reason, put: [...covered, ended(same, 'source', { endsAt, at })] };
  }
  const put = [...covered, { ...same, resolvedReceivedAt: at }];
  return { reason: covered.length > 0 ? 'resolved' : 'resolve-repeated', put };
}

function newEpisode(startsAt: Millis, at: Millis): Episode {
  return {
    startsAt,
    endsAt: null,
    status: 'firing',
    expiresAt: null,
    endedBy: null,
    receivedAt: at,
    resolvedReceivedAt: null,
    repeats: 0,
  };
}

function ended(
  episode: Episode,
  by: 'source' | 'superseded',
  { endsAt, at }: { readonly endsAt: Millis; readonly at: Millis },
): Episode {
  return { ...episode, status: 'resolved', endsAt, endedBy: by, expiresAt: null, resolvedReceivedAt: at };
}

function endedAt(open: Episode | undefined, endsAt: Millis, at: Millis): Episode[] {
  return open ? [ended(open, 'superseded', { endsAt: Math.max(endsAt, open.startsAt), at })] : [];
}

function nextAfter(known: readonly Episode[], startsAt: Millis): Episode | undefined {
  let next: Episode | undefined;
  for (const episode of known) {
    if (episode.startsAt > startsAt && (next === undefined || episode.startsAt < next.startsAt)) next = episode;
  }
  return next;
}

function covers(episode: Episode, at: Millis): boolean {
  return episode.startsAt < at && episode.endsAt !== null && at <= episode.endsAt;
}

function isLate(episode: Episode, at: Millis): boolean {
  return episode.resolvedReceivedAt !== null && at - episode.resolvedReceivedAt <= LATE_WINDOW;
}
