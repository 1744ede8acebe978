import { formatTime } from '@headwater/core/time.ts';
import { fullIn } from '../../evidence/cite-metrics.ts';
import type { Shift } from '../../metrics/shifts.ts';
import type { Signal } from '../../metrics/signal.ts';
import { formatMeasure, formatTimes } from '../../metrics/units.ts';
import { SIGNALS } from '../../metrics/vocabulary.ts';

/** A shift in words its citation grounds: `tail latency rose from 4.8ms to 64ms (13 times)`. */
export function wordsOf({ signal, before, after, direction }: Shift): string {
  const { title, unit } = SIGNALS[signal.name];
  const times = direction === 'up' ? formatTimes(before.median, after.median) : null;
  const verb = direction === 'up' ? 'rose' : 'fell';
  return `${title} ${verb} from ${formatMeasure(before.median, unit)} to ${formatMeasure(after.median, unit)}${times ? ` (${times})` : ''}`;
}

/** When a shift began, in words its citation grounds. */
export function sinceWords({ onset }: Shift): string {
  return `since ${formatTime(onset)}`;
}

/** The last value of a signal in its unit, as `citeSignal` says it. */
export function lastOf(signal: Signal): string {
  return formatMeasure(signal.samples.at(-1)?.[1] ?? 0, SIGNALS[signal.name].unit);
}

/** When a signal is full at its present rate, as `citeSignal` with `{ full }` says it, with a comma before; else empty. */
export function fullWords({ samples }: Signal, full: number): string {
  const words = fullIn(samples, full);
  return words === '' ? '' : `, ${words}`;
}
