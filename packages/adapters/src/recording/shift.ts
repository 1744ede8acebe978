import { isJsonObject } from '@headwater/core/json.ts';
import { formatTime, type Millis, parseTime } from '@headwater/core/time.ts';
import type { RecordingItem, RecordingSource } from '@headwater/engine/ports/recording.ts';

/** RFC 3339 inside any text, with the fraction and the zone that mark it as a moment. */
const MOMENT = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})/g;

/** The same as loggers write it, with a space and without a zone: `2026-03-01 10:00:00,123`. */
const LOGGED = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?![:\d])/g;

/**
 * The same recording as if it had been made `by` milliseconds later: every time in objects, alerts, logs, metrics, traces and changes moves
 * alike, so that ages and orders stay what they were.
 */
export function shiftRecording(source: RecordingSource, by: number): RecordingSource {
  const moved = (text: string): string => shiftText(text, by);
  const { manifest } = source;
  const window = manifest.window && { from: moved(manifest.window.from), to: moved(manifest.window.to) };
  return {
    ...source,
    manifest: { ...manifest, now: moved(manifest.now), ...(window ? { window } : {}) },
    async *read(parts) {
      for await (const item of source.read(parts)) yield shiftItem(item, by);
    },
    openLog: async (identity) => {
      const lines = await source.openLog(identity);
      return lines && shiftLines(lines, by);
    },
  };
}

/** The same recording moved so that it ends at a time. */
export function endingAt(source: RecordingSource, end: Millis): RecordingSource {
  return shiftRecording(source, end - (parseTime(source.manifest.now) ?? end));
}

function shiftItem(item: RecordingItem, by: number): RecordingItem {
  switch (item.type) {
    case 'object':
      return { ...item, object: shiftValue(item.object, by) };
    case 'alert': {
      const { alert } = item;
      const moved = { startsAt: later(alert.startsAt, by), endsAt: later(alert.endsAt, by) };
      return { ...item, alert: { ...shiftValue(alert, by), ...moved } };
    }
    case 'journal': {
      const { entry } = item;
      return { ...item, entry: { ...shiftValue(entry, by), observedAt: entry.observedAt + by } };
    }
    case 'change':
      return { ...item, change: { ...shiftValue(item.change, by), time: item.change.time + by } };
    case 'log':
      return { ...item, lines: shiftLines(item.lines, by) };
    case 'loki': {
      const entries = item.stream.entries.map(
        ([at, line]) => [String(BigInt(at) + BigInt(by) * 1_000_000n), shiftText(line, by)] as const,
      );
      return { ...item, stream: { ...item.stream, entries } };
    }
    case 'series':
      return {
        ...item,
        series: { ...item.series, samples: item.series.samples.map(([at, value]) => [at + by, value]) },
      };
    case 'span':
      return { ...item, span: { ...item.span, start: item.span.start + by } };
    case 'listed':
    case 'refused':
    case 'malformed':
      return item;
  }
}

function later(time: number | null, by: number): number | null {
  return time === null ? null : time + by;
}

async function* shiftLines(lines: AsyncIterable<string>, by: number): AsyncGenerator<string> {
  for await (const line of lines) yield shiftText(line, by);
}

/** Moves every time in a text that is written as RFC 3339 or as loggers write it; what only looks like one is left alone. */
export function shiftText(text: string, by: number): string {
  if (!text.includes(':')) return text;
  return text
    .replace(MOMENT, (moment) => {
      const time = parseTime(moment);
      if (time === null) return moment;
      // Digits beyond the millisecond order lines of one instant, so they stay.
      const beyond = /\.(?:\d{3})(\d+)/.exec(moment)?.[1] ?? '';
      const iso = new Date(time + by).toISOString();
      return moment.includes('.') ? iso.replace('Z', `${beyond}Z`) : formatTime(time + by);
    })
    .replace(LOGGED, (moment, date: string, clock: string) => {
      const time = parseTime(`${date}T${clock}Z`);
      // Whole seconds: the fraction behind it stays as it is.
      return time === null ? moment : new Date(time + by).toISOString().slice(0, 19).replace('T', ' ');
    });
}

function shiftValue<T>(value: T, by: number): T {
  return shiftAny(value, by) as T;
}

function shiftAny(value: unknown, by: number): unknown {
  if (typeof value === 'string') return shiftText(value, by);
  if (Array.isArray(value)) return value.map((item) => shiftAny(item, by));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shiftAny(item, by)]));
}
