import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { formatTime } from '@headwater/core/time.ts';
import { quantile } from '../metrics/robust.ts';
import { formatMeasure, significant } from '../metrics/units.ts';
import type { Span } from '../snapshot/input.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type SpanFilter, selectSpans } from '../traces/select.ts';
import { oneLine } from './evidence.ts';

const SHOWN_ATTRIBUTES =
  /^(http\.(request\.)?method|http\.route|http\.(response\.)?status_code|rpc\.(service|method|grpc\.status_code)|db\.(system|system\.name|name|namespace|operation|operation\.name|statement|query\.text)|messaging\.(system|destination\.name)|server\.address|peer\.service|net\.peer\.name|url\.path|exception\.(type|message)|error\.type)$/;

/** Cites one span: where it ran, how long it took, how it ended, and the attributes that say what it did. */
export function citeSpan(span: Span): Evidence {
  const attributes = Object.entries(span.attributes)
    .filter(([key]) => SHOWN_ATTRIBUTES.test(key))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  const state = span.error ? `failed${span.statusMessage ? ` (${span.statusMessage})` : ''}` : 'ended well';
  const detail = attributes.length === 0 ? '' : `; ${attributes.join(', ')}`;
  return {
    kind: 'trace',
    source: 'traces',
    time: formatTime(span.start),
    text: oneLine(
      `${span.kind} span ${span.name} of ${span.service} took ${formatMeasure(span.durationMs / 1000, 'seconds')} and ${state}${detail}`,
    ),
    query: `span:${span.traceId}/${span.spanId}`,
    redacted: false,
  };
}

/** Cites how many spans fit a filter, how many failed and how long they took. */
export function citeSpanStats(snapshot: Snapshot, filter: SpanFilter): Evidence {
  const spans = selectSpans(snapshot, filter);
  const failed = spans.filter(({ error }) => error).length;
  const durations = spans.map(({ durationMs }) => durationMs / 1000);
  const share = spans.length === 0 ? 0 : significant((failed / spans.length) * 100);
  const times =
    durations.length === 0
      ? ''
      : `; median ${formatMeasure(quantile(durations, 0.5), 'seconds')}, p95 ${formatMeasure(quantile(durations, 0.95), 'seconds')}`;
  return {
    kind: 'trace',
    source: 'traces',
    ...(filter.to === undefined ? {} : { time: formatTime(filter.to) }),
    text: oneLine(`${failed} of ${spans.length} spans failed (${share}%) where ${describe(filter)}${times}`),
    query: `spans:${canonicalJson(filter)}`,
    redacted: false,
  };
}

/** Reads a cited span again by trace and span id. */
export function rereadSpan(snapshot: Snapshot, locator: string): Evidence | null {
  const slash = locator.indexOf('/');
  const span = snapshot.traces.get(locator.slice(0, slash), locator.slice(slash + 1));
  return span ? citeSpan(span) : null;
}

/** Counts cited spans again; null when the locator is no filter. */
export function rereadSpanStats(snapshot: Snapshot, locator: string): Evidence | null {
  try {
    const filter: unknown = JSON.parse(locator);
    // Any object is a filter: fields it does not know are ignored, so a foreign one only changes the counts.
    return filter !== null && typeof filter === 'object' && !Array.isArray(filter)
      ? citeSpanStats(snapshot, filter)
      : null;
  } catch {
    return null;
  }
}

function describe({ service, name, kind, from, to, attribute, value }: SpanFilter): string {
  const parts = [
    service && `service is ${service}`,
    name && `span is ${name}`,
    kind && `kind is ${kind}`,
    attribute && (value === undefined ? `${attribute} is set` : `${attribute} is ${value}`),
    from !== undefined && `since ${formatTime(from)}`,
    to !== undefined && `before ${formatTime(to)}`,
  ].filter(Boolean);
  return parts.length === 0 ? 'anything' : parts.join(', ');
}
