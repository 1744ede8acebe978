import { HOUR, type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { factsOf, type SpanFacts } from '../../traces/facts.ts';
import { perSnapshot } from './memo.ts';

/** The end of the recorded traffic, which speaks of the present, and what went before. */
export interface SpanWindows {
  /** Start of the recent part. */
  readonly from: Millis;
  readonly recent: readonly SpanFacts[];
  readonly earlier: readonly SpanFacts[];
}

// A fault that is mended shows in the last part only as its absence; a shorter one would hold too few requests.
const RECENT_PART = 0.25;
const MIN_RECENT = 1 * MINUTE;
// Older traffic says nothing about the present.
const MAX_AGE = HOUR;

/** Splits the traces into the last quarter (at least a minute) and the rest. */
export const spanWindows = perSnapshot((snapshot: Snapshot): SpanWindows => {
  const { all } = factsOf(snapshot);
  const [first, last] = [all[0]?.span.start ?? 0, all.at(-1)?.span.start ?? 0];
  if (snapshot.now - last > MAX_AGE) return { from: snapshot.now, recent: [], earlier: all };
  const from = Math.floor(last - Math.max(MIN_RECENT, (last - first) * RECENT_PART));
  return {
    from,
    recent: all.filter(({ span }) => span.start >= from),
    earlier: all.filter(({ span }) => span.start < from),
  };
});
