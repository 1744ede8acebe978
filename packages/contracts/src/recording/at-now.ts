import { isJsonObject } from '@headwater/core/json.ts';
import { formatTime, type Millis, parseTime } from '@headwater/core/time.ts';
import type { KubeObject } from '../kube/kinds.ts';

const EVENT_STARTS = ['firstTimestamp', 'deprecatedFirstTimestamp', 'eventTime'] as const;
const EVENT_TIMES = [...EVENT_STARTS, 'lastTimestamp', 'deprecatedLastTimestamp'] as const;

/**
 * An object as it can have looked at `now`: null when it was created later. A recorder lists for some seconds, so an Event that
 * began before and was seen again after `now` stays, its last time put back to `now`.
 */
export function atNow(object: KubeObject, now: Millis): KubeObject | null {
  if (object.kind !== 'Event') return isLater(object.metadata.creationTimestamp, now) ? null : object;
  const starts = [...EVENT_STARTS.map((field) => object[field]), object.metadata.creationTimestamp].map(parseTime);
  const start = starts.find((time) => time !== null) ?? null;
  if (start !== null && start > now) return null;
  const series = object['series'];
  const later = EVENT_TIMES.filter((field) => isLater(object[field], now));
  const seriesLater = isJsonObject(series) && isLater(series['lastObservedTime'], now);
  if (later.length === 0 && !seriesLater) return object;
  const copy = { ...object };
  for (const field of later) copy[field] = formatTime(now);
  if (seriesLater) copy['series'] = { ...series, lastObservedTime: formatTime(now) };
  return copy;
}

function isLater(time: unknown, now: Millis): boolean {
  const millis = parseTime(time);
  return millis !== null && millis > now;
}
