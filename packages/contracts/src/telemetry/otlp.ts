import { isJsonObject, listOf, textOf } from '@headwater/core/json.ts';
import { type ShapeError, shapeError } from '../shape.ts';

export const SPAN_KINDS = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

/** One span, ids in lower-case hexadecimal, times in milliseconds (fractions kept). */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: number;
  readonly durationMs: number;
  readonly error: boolean;
  readonly statusMessage: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly resource: Readonly<Record<string, string>>;
}

export interface ReadSpans {
  readonly spans: readonly OtlpSpan[];
  readonly rejected: readonly ShapeError[];
}

type Path = readonly (string | number)[];

/** Reads OTLP/JSON (`resourceSpans`) or a Tempo answer (`batches`, `trace`), or a list of them; broken spans are left out and named. */
export function readSpans(answer: unknown): ReadSpans {
  const rejected: ShapeError[] = [];
  const spans: OtlpSpan[] = [];
  const answers = Array.isArray(answer)
    ? answer.map((one, index) => ({ one: one as unknown, path: [index] }))
    : [{ one: answer, path: [] }];
  for (const { one, path } of answers) {
    const found = batchesOf(one, path);
    if (!found) rejected.push(shapeError(path, one, 'OTLP/JSON with resourceSpans, or a Tempo trace with batches'));
    for (const [index, batch] of (found?.batches ?? []).entries()) {
      spans.push(...readBatch(batch, [...(found?.path ?? []), index], rejected));
    }
  }
  return { spans, rejected };
}

function batchesOf(answer: unknown, path: Path): { batches: readonly unknown[]; path: Path } | undefined {
  if (!isJsonObject(answer)) return undefined;
  for (const key of ['resourceSpans', 'batches']) {
    const batches = answer[key];
    if (Array.isArray(batches)) return { batches: batches as unknown[], path: [...path, key] };
  }
  return isJsonObject(answer['trace']) ? batchesOf(answer['trace'], [...path, 'trace']) : undefined;
}

function readBatch(batch: unknown, path: Path, rejected: ShapeError[]): OtlpSpan[] {
  if (!isJsonObject(batch)) {
    rejected.push(shapeError(path, batch, 'an object with resource and scopeSpans'));
    return [];
  }
  const resource = isJsonObject(batch['resource']) ? attributesOf(batch['resource']['attributes']) : {};
  // Both older names are still what some collectors and Tempo versions write.
  const key = ['scopeSpans', 'instrumentationLibrarySpans'].find((name) => Array.isArray(batch[name])) ?? 'scopeSpans';
  const spans: OtlpSpan[] = [];
  for (const [scopeIndex, scope] of listOf(batch[key]).entries()) {
    for (const [index, span] of listOf(isJsonObject(scope) ? scope['spans'] : undefined).entries()) {
      const read = readSpan(span, resource, { path: [...path, key, scopeIndex, 'spans', index], rejected });
      if (read) spans.push(read);
    }
  }
  return spans;
}

function readSpan(
  span: unknown,
  resource: Record<string, string>,
  at: { path: Path; rejected: ShapeError[] },
): OtlpSpan | undefined {
  if (!isJsonObject(span)) {
    at.rejected.push(shapeError(at.path, span, 'a span'));
    return undefined;
  }
  const traceId = hexId(span['traceId'], 32);
  const spanId = hexId(span['spanId'], 16);
  const start = nanosToMillis(span['startTimeUnixNano']);
  const end = nanosToMillis(span['endTimeUnixNano']);
  for (const [key, value, expected] of [
    ['traceId', traceId, 'an id in hexadecimal or base64'],
    ['spanId', spanId, 'an id in hexadecimal or base64'],
    ['startTimeUnixNano', start, 'nanoseconds since the epoch'],
  ] as const) {
    if (value !== undefined) continue;
    at.rejected.push(shapeError([...at.path, key], span[key], expected));
    return undefined;
  }
  const status = isJsonObject(span['status']) ? span['status'] : {};
  return {
    traceId: traceId ?? '',
    spanId: spanId ?? '',
    parentSpanId: hexId(span['parentSpanId'], 16) ?? null,
    service: resource['service.name'] ?? 'unknown',
    name: typeof span['name'] === 'string' ? span['name'] : '',
    kind: kindOf(span['kind']),
    start: start ?? 0,
    durationMs: end === undefined ? 0 : Math.max(0, end - (start ?? 0)),
    error: status['code'] === 2 || status['code'] === 'STATUS_CODE_ERROR',
    statusMessage: typeof status['message'] === 'string' ? status['message'] : '',
    attributes: attributesOf(span['attributes']),
    resource,
  };
}

/** A trace or span id in lower-case hexadecimal of the given length; base64 and ids without leading zeros are understood. */
export function hexId(id: unknown, length: number): string | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const hex =
    /^[0-9a-f]+$/i.test(id) && id.length <= length ? id.toLowerCase().padStart(length, '0') : hexOfBase64(id, length);
  return hex === undefined || /^0*$/.test(hex) ? undefined : hex;
}

function hexOfBase64(id: string, length: number): string | undefined {
  if (!/^[\w+/-]+={0,2}$/.test(id)) return undefined;
  try {
    const bytes = atob(id.replaceAll('-', '+').replaceAll('_', '/'));
    const hex = Array.from(bytes, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    return hex.length <= length ? hex.padStart(length, '0') : undefined;
  } catch {
    return undefined;
  }
}

// Nanoseconds do not fit a double: the whole milliseconds and the rest are converted apart.
function nanosToMillis(value: unknown): number | undefined {
  const text = typeof value === 'number' ? value.toFixed(0) : value;
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text) || text === '0') return undefined;
  const digits = text.padStart(7, '0');
  return Number(digits.slice(0, -6)) + Number(digits.slice(-6)) / 1e6;
}

function kindOf(kind: unknown): SpanKind {
  if (typeof kind === 'number') return SPAN_KINDS[kind - 1] ?? 'internal';
  const name = typeof kind === 'string' ? kind.replace('SPAN_KIND_', '').toLowerCase() : '';
  return SPAN_KINDS.find((known) => known === name) ?? 'internal';
}

function attributesOf(attributes: unknown): Record<string, string> {
  const entries = listOf(attributes).flatMap((attribute) =>
    isJsonObject(attribute) && typeof attribute['key'] === 'string'
      ? [[attribute['key'], attributeText(attribute['value'])] as const]
      : [],
  );
  return Object.fromEntries(entries);
}

function attributeText(value: unknown): string {
  if (!isJsonObject(value)) return textOf(value);
  for (const key of ['stringValue', 'intValue', 'doubleValue', 'boolValue', 'bytesValue']) {
    if (value[key] !== undefined) return textOf(value[key]);
  }
  const list = value['arrayValue'];
  if (isJsonObject(list)) return `[${listOf(list['values']).map(attributeText).join(',')}]`;
  const map = value['kvlistValue'];
  return isJsonObject(map) ? JSON.stringify(attributesOf(map['values'])) : '';
}

/** Spans as OTLP/JSON, one batch for each distinct resource. */
export function otlpAnswer(spans: readonly OtlpSpan[]): { resourceSpans: unknown[] } {
  const batches = Map.groupBy(spans, (span) => JSON.stringify(span.resource));
  const resourceSpans = [...batches.values()].map((batch) => ({
    resource: { attributes: keyValues(resourceOf(batch[0])) },
    scopeSpans: [{ spans: batch.map(encodeSpan) }],
  }));
  return { resourceSpans };
}

function resourceOf(span: OtlpSpan | undefined): Readonly<Record<string, string>> {
  if (!span) return {};
  return span.service === 'unknown' ? span.resource : { 'service.name': span.service, ...span.resource };
}

function encodeSpan(span: OtlpSpan): unknown {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
    name: span.name,
    kind: SPAN_KINDS.indexOf(span.kind) + 1,
    startTimeUnixNano: millisToNanos(span.start),
    endTimeUnixNano: millisToNanos(span.start + span.durationMs),
    attributes: keyValues(span.attributes),
    status: {
      ...(span.error ? { code: 2 } : {}),
      ...(span.statusMessage === '' ? {} : { message: span.statusMessage }),
    },
  };
}

function millisToNanos(millis: number): string {
  const whole = Math.floor(millis);
  const rest = Math.round((millis - whole) * 1e6);
  return rest < 1e6 ? `${whole}${String(rest).padStart(6, '0')}` : `${whole + 1}000000`;
}

function keyValues(values: Readonly<Record<string, string>>): unknown[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));
}
