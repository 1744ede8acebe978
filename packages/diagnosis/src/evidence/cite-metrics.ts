import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { DAY, formatDuration, formatTime, type Millis } from '@headwater/core/time.ts';
import { seriesKey } from '../metrics/index-metrics.ts';
import { type Sample, splitAt } from '../metrics/onset.ts';
import { median } from '../metrics/robust.ts';
import { seriesPromql, signalPromql } from '../metrics/promql.ts';
import type { Shift } from '../metrics/shifts.ts';
import { placeKey, type Signal } from '../metrics/signal.ts';
import { signalsOf } from '../metrics/signals.ts';
import { timeToFull } from '../metrics/trend.ts';
import { formatMeasure, formatTimes, significant } from '../metrics/units.ts';
import { isSignalName, SIGNALS } from '../metrics/vocabulary.ts';
import type { Series } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { downsample } from './downsample.ts';
import { oneLine } from './evidence.ts';

/** What a citation of a series says: its levels before and since a time, its present value and range, or also when it reaches a value at its rate. */
export type View = { readonly split: Millis } | { readonly full: number } | 'now';

/** Cites a raw series: its present value and range, or its levels on both sides of a time. */
export function citeSeries(series: Series, view: View = 'now'): Evidence {
  const { __name__: name = 'series', ...labels } = series.labels;
  const shown = Object.entries(labels)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}="${value}"`)
    .join(', ');
  const text = levels(series.samples, view, (value) => `${significant(value)}`);
  return {
    kind: 'metric',
    source: 'metrics',
    ...timeOf(series.samples, view),
    text: oneLine(`${name}{${shown}}: ${text}`),
    series: { labels: { ...series.labels }, samples: downsample(series.samples) },
    query: `metric:${modeOf(view)}:${seriesKey(series)}`,
    promql: seriesPromql(series),
    redacted: false,
  };
}

/** Cites a derived signal in its unit; its query names the signal, the view and the place it was derived for. */
export function citeSignal(signal: Signal, view: View = 'now'): Evidence {
  const { title, unit } = SIGNALS[signal.name];
  const promql = signal.source ? signalPromql(signal.source) : null;
  const place = `${formatSubject(signal.subject)}${signal.peer ? ` to ${formatSubject(signal.peer)}` : ''}`;
  const text = levels(signal.samples, view, (value) => formatMeasure(value, unit));
  return {
    kind: 'metric',
    source: 'metrics',
    subject: signal.subject,
    ...timeOf(signal.samples, view),
    text: oneLine(`${title} of ${place}: ${text} (from ${signal.metric})`),
    series: {
      labels: { signal: signal.name, subject: placeKey(signal.subject, signal.peer) },
      samples: downsample(signal.samples),
    },
    query: `signal:${signal.name}:${modeOf(view)}:${placeKey(signal.subject, signal.peer)}`,
    ...(promql === null ? {} : { promql }),
    redacted: false,
  };
}

/** Cites a shift by the levels before and since its onset. */
export function citeShift(shift: Shift): Evidence {
  return citeSignal(shift.signal, { split: shift.onset });
}

/** Reads a cited series again; null when no series has exactly these labels. */
export function rereadSeries(snapshot: Snapshot, locator: string): Evidence | null {
  const { view, rest } = parseLocator(locator);
  const series = snapshot.metrics.exact(rest);
  return series && view ? citeSeries(series, view) : null;
}

/** Derives a cited signal again; null when nothing gives it. */
export function rereadSignal(snapshot: Snapshot, locator: string): Evidence | null {
  const colon = locator.indexOf(':');
  const name = locator.slice(0, colon);
  const { view, rest } = parseLocator(locator.slice(colon + 1));
  const signal = isSignalName(name) ? signalsOf(snapshot).at(name, rest) : undefined;
  return signal && view ? citeSignal(signal, view) : null;
}

function modeOf(view: View): string {
  if (view === 'now') return 'now';
  return 'split' in view ? `split@${view.split}` : `full@${view.full}`;
}

function parseLocator(text: string): { view: View | null; rest: string } {
  const colon = text.indexOf(':');
  const mode = text.slice(0, colon);
  const split = /^split@(-?\d+)$/.exec(mode)?.[1];
  const full = /^full@(-?[\d.e+]+)$/.exec(mode)?.[1];
  const view =
    mode === 'now'
      ? 'now'
      : split !== undefined
        ? { split: Number(split) }
        : full === undefined
          ? null
          : { full: Number(full) };
  return { view, rest: text.slice(colon + 1) };
}

function timeOf(samples: readonly Sample[], view: View): { time?: string } {
  const time = view !== 'now' && 'split' in view ? view.split : samples.at(-1)?.[0];
  return time === undefined ? {} : { time: formatTime(time) };
}

/** When a series is full at its present rate, in words: `full in 40m at this rate`; empty when it is full already or does not rise steadily. */
export function fullIn(samples: readonly Sample[], full: number): string {
  const left = timeToFull(samples, full);
  // Further ahead than a straight line can be trusted from an hour of samples.
  return left === null || left <= 0 || left > DAY ? '' : `full in ${formatDuration(left)} at this rate`;
}

function levels(samples: readonly Sample[], view: View, format: (value: number) => string): string {
  const last = samples.at(-1)?.[1] ?? 0;
  const at = view !== 'now' && 'split' in view ? view.split : null;
  const split = at === null ? null : splitAt(samples, at);
  if (at === null || !split) {
    const values = samples.map(([, value]) => value);
    const range = `lowest ${format(Math.min(...values))}, highest ${format(Math.max(...values))}`;
    const course = view !== 'now' && 'full' in view ? fullIn(samples, view.full) : '';
    return `now ${format(last)}${course === '' ? '' : `, ${course}`}; median ${format(median(values))}, ${range} in ${values.length} samples`;
  }
  const [before, after] = [split.before.median, split.after.median];
  const times = formatTimes(before, after);
  return `median ${format(before)} before ${formatTime(at)}, ${format(after)} since${times ? ` (${times})` : ''}, last ${format(last)}; ${split.beforeCount} and ${split.afterCount} samples`;
}
