import { HOUR, type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { factsOf, type SpanFacts } from '../../traces/facts.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

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
    recent: present(all.filter(({ span }) => span.start >= from)),
    earlier: all.filter(({ span }) => span.start < from),
  };
});

// So many good requests in a row that by chance, at the share of failures before, they would be one case in a hundred.
const BY_CHANCE = 0.01;
const MIN_GOOD = 4;

/** Spans without those from before the last failure of a kind of request that has since recovered. */
function present(recent: readonly SpanFacts[]): readonly SpanFacts[] {
  const kinds = Map.groupBy(recent, ({ span }) => kindOf(span));
  const over = new Map<string, number>();
  for (const [kind, all] of kinds) {
    const last = all.findLastIndex(({ span }) => span.error);
    const share = all.slice(0, last + 1).filter(({ span }) => span.error).length / (last + 1);
    const good = all.length - last - 1;
    const enough = share >= 1 ? MIN_GOOD : Math.max(MIN_GOOD, Math.log(BY_CHANCE) / Math.log(1 - share));
    if (last >= 0 && good >= enough) over.set(kind, all[last]?.span.start ?? 0);
  }
  if (over.size === 0) return recent;
  return recent.filter(({ span }) => span.start > (over.get(kindOf(span)) ?? Number.NEGATIVE_INFINITY));
}

// A callee that is well again says nothing of another that the same request calls.
function kindOf({ service, kind, name, attributes }: Span): string {
  return JSON.stringify([service, kind, name, attributes['server.address']]);
}
