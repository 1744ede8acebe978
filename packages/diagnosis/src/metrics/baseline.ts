import { DAY, HOUR, type Millis, MINUTE } from '@headwater/core/time.ts';
import type { Alert } from '../snapshot/input.ts';
import type { Sample } from './onset.ts';

/** A stretch of time, its end left out. */
export interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
}

// What an alert tells of begins before it fires and lingers after it ends.
const LEAD = 10 * MINUTE;
const LINGER = 5 * MINUTE;
// Of a series that reaches to yesterday: what is normal now is what was just before, and at this time of the day.
const RECENT = 2 * HOUR;
const AROUND = 30 * MINUTE;
// Fewer samples left say nothing; then the disturbed ones are better than none.
const MIN_LEFT = 5;

/** Earlier episodes of the alerts that fire now: times at which the same was wrong. */
export function earlierEpisodes(alerts: readonly Alert[], since: Millis): readonly Stretch[] {
  const names = new Set(alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels['alertname']));
  return alerts.flatMap(({ labels, startsAt, endsAt }) =>
    startsAt !== null && endsAt !== null && endsAt <= since && names.has(labels['alertname'])
      ? [{ from: startsAt - LEAD, to: endsAt + LINGER }]
      : [],
  );
}

/** The samples before `since` that show what is normal: without earlier episodes, and of a longer series only the last hours and the same time yesterday. */
export function baselineOf(
  samples: readonly Sample[],
  since: Millis,
  episodes: readonly Stretch[] = [],
): readonly Sample[] {
  const before = samples.filter(([time]) => time < since);
  const first = before[0]?.[0] ?? since;
  const end = samples.at(-1)?.[0] ?? since;
  const near =
    first > since - DAY
      ? before
      : before.filter(([time]) => time >= since - RECENT || isWithin(time, yesterday(since, end)));
  const calm = near.filter(([time]) => !episodes.some((episode) => isWithin(time, episode)));
  return calm.length >= MIN_LEFT ? calm : before;
}

function yesterday(since: Millis, end: Millis): Stretch {
  return { from: since - DAY - AROUND, to: end - DAY + AROUND };
}

function isWithin(time: Millis, { from, to }: Stretch): boolean {
  return time >= from && time < to;
}
