import type { Span } from '@headwater/diagnosis/snapshot/input.ts';
import type { Json } from './json.ts';

const KINDS: Readonly<Record<Span['kind'], number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };

/** Spans as an OTLP/JSON export prints them, grouped by resource. */
export function otlpOf(spans: readonly Span[]): Json {
  const groups = Map.groupBy(spans, (span) => JSON.stringify([span.service, span.resource]));
  return {
    resourceSpans: [...groups.values()].map((group) => ({
      resource: { attributes: attributes({ 'service.name': group[0]?.service ?? '', ...group[0]?.resource }) },
      scopeSpans: [{ scope: { name: 'http' }, spans: group.map(spanJson) }],
    })),
  };
}

function spanJson(span: Span): Json {
  return {
    attributes: attributes(span.attributes),
    endTimeUnixNano: nanos(span.start + span.durationMs),
    kind: KINDS[span.kind],
    name: span.name,
    parentSpanId: span.parentSpanId ?? undefined,
    spanId: span.spanId,
    startTimeUnixNano: nanos(span.start),
    status: span.error ? { code: 2, message: span.statusMessage } : {},
    traceId: span.traceId,
  };
}

// Nanoseconds do not fit a JSON number; OTLP writes them as text.
function nanos(millis: number): string {
  return (BigInt(Math.round(millis * 1000)) * 1000n).toString();
}

function attributes(map: Readonly<Record<string, string>>): Json[] {
  return Object.entries(map).map(([key, value]) => ({ key, value: { stringValue: value } }));
}
