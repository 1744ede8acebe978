import { type Millis, MINUTE } from '@headwater/core/time.ts';
import type { LogIndex } from './index-logs.ts';
import type { LogLine, LogStream, LogTemplate } from '../snapshot/input.ts';

/** How failures of given shapes lie in a stream. */
export interface Occurrence {
  readonly count: number;
  readonly first: LogLine;
  readonly last: LogLine;
  /** Part of the stream's lines since the first failure that are these failures, 0 to 1. */
  readonly share: number;
  /** `persists`: they go on to the end. `ended`: other lines followed for longer than failures ever paused. */
  readonly state: 'persists' | 'ended';
}

// A scrape of the log is seconds to minutes old, and retries back off to a minute or two.
const SLACK = 3 * MINUTE;
// Without times: so many other lines after the last failure, relative to the pause between failures, mean it is over.
const LINES_SLACK = 30;

// Logs that end longer ago were silent, not read early; their end is no clock.
const MAX_LAG = 30 * MINUTE;

/** The moment up to which logs were read: the latest line of all, when they were collected a little before the snapshot's clock. */
export function logClock({ now, logs }: { readonly now: Millis; readonly logs: Pick<LogIndex, 'lastTime'> }): Millis {
  const { lastTime } = logs;
  return lastTime !== null && lastTime < now && now - lastTime <= MAX_LAG ? lastTime : now;
}

/** Judges whether failures persist up to now; null when the stream has none of the shapes. */
export function occurrenceOf(stream: LogStream, templates: readonly LogTemplate[], now: Millis): Occurrence | null {
  const [head] = templates;
  if (!head) return null;
  let [first, last, count] = [head.sample, head.last, 0];
  for (const { sample, last: latest, count: lines } of templates) {
    if (sample.n < first.n) first = sample;
    if (latest.n > last.n) last = latest;
    count += lines;
  }
  const span = stream.totalLines - first.n + 1;
  return {
    count,
    first,
    last,
    share: Math.min(1, count / Math.max(1, span)),
    state: stateOf(stream, { first, last, count }, now),
  };
}

function stateOf(
  stream: LogStream,
  { first, last, count }: { first: LogLine; last: LogLine; count: number },
  now: Millis,
): Occurrence['state'] {
  const pauses = Math.max(1, count - 1);
  const end = stream.lines.at(-1);
  const followed = stream.totalLines - last.n;
  const timed = last.time !== null && last.time <= now + SLACK;
  if (timed && last.time !== null && first.time !== null) {
    const quiet = now - last.time;
    if (quiet <= Math.max(SLACK, (3 * (last.time - first.time)) / pauses)) return 'persists';
    // A log that stops at its failures tells nothing newer; one that goes on without them does.
    return followed <= 2 && (end?.time ?? last.time) - last.time <= SLACK ? staleState(quiet) : 'ended';
  }
  return followed <= Math.max(LINES_SLACK, (3 * (last.n - first.n)) / pauses) ? 'persists' : 'ended';
}

// Longer silence after a failure is a program nobody calls, not a failure that goes on.
function staleState(quiet: number): Occurrence['state'] {
  return quiet <= 15 * MINUTE ? 'persists' : 'ended';
}
