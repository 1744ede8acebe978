import { ExternalChange } from '@headwater/contracts/recording/change.ts';
import { parseShape, type ShapeError, shapeError } from '@headwater/contracts/shape.ts';
import { readLokiStreams } from '@headwater/contracts/telemetry/loki.ts';
import { readSpans } from '@headwater/contracts/telemetry/otlp.ts';
import { readMatrix } from '@headwater/contracts/telemetry/prometheus.ts';
import { readAlerts } from '@headwater/contracts/webhooks/read-alerts.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { RecordingItem } from '@headwater/engine/ports/recording.ts';
import { rejectedItems, type SourceDocument } from './documents.ts';

/** The alerts of one document. */
export function* alertItems(document: SourceDocument): Generator<RecordingItem> {
  const { alerts, rejected } = readAlerts(document.value);
  for (const alert of alerts) yield { type: 'alert', file: document.file, alert };
  yield* rejectedItems(document, rejected);
}

/** The series of one Prometheus answer. */
export function* seriesItems(document: SourceDocument): Generator<RecordingItem> {
  const { series, rejected } = readMatrix(document.value);
  for (const one of series) yield { type: 'series', file: document.file, series: one };
  yield* rejectedItems(document, rejected);
}

/** The streams of one Loki answer. */
export function* lokiItems(document: SourceDocument): Generator<RecordingItem> {
  const { streams, rejected } = readLokiStreams(document.value);
  for (const stream of streams) yield { type: 'loki', file: document.file, stream };
  yield* rejectedItems(document, rejected);
}

/** The spans of one OTLP or Tempo document. */
export function* spanItems(document: SourceDocument): Generator<RecordingItem> {
  const { spans, rejected } = readSpans(document.value);
  for (const span of spans) yield { type: 'span', file: document.file, span };
  yield* rejectedItems(document, rejected);
}

/** The entries of one change list; a single entry is read too. */
export function changeItems(document: SourceDocument): Iterable<RecordingItem> {
  const { value } = document;
  if (Array.isArray(value)) return entryItems(document, value as unknown[]);
  if (isJsonObject(value)) return entryItems(document, [value]);
  return rejectedItems(document, [shapeError([], value, 'a list of changes {time, kind, title, source}')]);
}

function* entryItems(document: SourceDocument, entries: readonly unknown[]): Generator<RecordingItem> {
  const rejected: ShapeError[] = [];
  for (const [index, entry] of entries.entries()) {
    const parsed = parseShape(ExternalChange, entry);
    const time = parsed.ok ? parseTime(parsed.value.time) : null;
    if (parsed.ok && time !== null) yield { type: 'change', file: document.file, change: { ...parsed.value, time } };
    else if (!parsed.ok)
      rejected.push(...entryErrors(parsed.errors, Array.isArray(document.value) ? index : undefined));
  }
  yield* rejectedItems(document, rejected);
}

function entryErrors(errors: readonly ShapeError[], index: number | undefined): ShapeError[] {
  if (index === undefined) return [...errors];
  return errors.map(({ path, what, expected }) => ({
    path: [index, ...path],
    what: `${what} of entry ${index + 1}`,
    expected,
  }));
}
