import type { Millis } from '@headwater/core/time.ts';
import type { Span } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Which spans a statement is about; every given field must fit. */
export interface SpanFilter {
  readonly service?: string;
  readonly name?: string;
  readonly kind?: Span['kind'];
  /** Start times: from inclusive, to exclusive. */
  readonly from?: Millis;
  readonly to?: Millis;
  readonly attribute?: string;
  /** Without a value the attribute must only be set. */
  readonly value?: string;
}

/** The spans that fit a filter, by start time. */
export function selectSpans(snapshot: Snapshot, filter: SpanFilter): readonly Span[] {
  const spans = filter.service === undefined ? snapshot.traces.all : snapshot.traces.ofService(filter.service);
  return spans.filter((span) => fits(span, filter));
}

function fits(span: Span, { name, kind, from, to, attribute, value }: SpanFilter): boolean {
  if (name !== undefined && span.name !== name) return false;
  if (kind !== undefined && span.kind !== kind) return false;
  if (from !== undefined && span.start < from) return false;
  if (to !== undefined && span.start >= to) return false;
  if (attribute === undefined) return true;
  const actual = attributeOf(span, attribute);
  return value === undefined ? actual !== undefined : actual === value;
}

/** An attribute of a span, of the span itself before its resource. */
export function attributeOf(span: Span, key: string): string | undefined {
  return span.attributes[key] ?? span.resource[key];
}
