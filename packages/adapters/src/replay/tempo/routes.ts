import { hexId, otlpAnswer } from '@headwater/contracts/telemetry/otlp.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Span } from '@headwater/engine/ports/telemetry.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import { jsonResponse, type ReplayResponse, type RouteGroup } from '../route-group.ts';
import type { ReplayTime } from '../time.ts';
import { parseTraceQL } from './traceql.ts';

const DEFAULT_LIMIT = 20;

/** Tempo's API over the traces of a recording: a trace by id, and search by attributes, duration and time. */
export async function tempoRoutes(source: RecordingSource, time: ReplayTime): Promise<RouteGroup> {
  const traces = await load(source);
  return {
    prefix: '/tempo',
    handle: ({ path, query }) => {
      const visible = (): ReadonlyMap<string, readonly Span[]> => before(traces, time.now());
      if (path === '/ready') return { status: 200, body: 'ready\n' };
      const id = /^\/api\/(?:v2\/)?traces\/([^/]+)$/.exec(path)?.[1];
      if (id) return byId(visible(), id);
      if (path === '/api/search') return search(visible(), query);
      if (path === '/api/echo') return { status: 200, body: 'echo' };
      return null;
    },
  };
}

async function load(source: RecordingSource): Promise<ReadonlyMap<string, readonly Span[]>> {
  const spans: Span[] = [];
  for await (const item of source.read(['traces'])) if (item.type === 'span') spans.push(item.span);
  return Map.groupBy(spans, ({ traceId }) => traceId);
}

function before(traces: ReadonlyMap<string, readonly Span[]>, now: number): ReadonlyMap<string, readonly Span[]> {
  const seen = [...traces].map(
    ([id, spans]) => [id, spans.filter(({ start, durationMs }) => start + durationMs <= now)] as const,
  );
  return new Map(seen.filter(([, spans]) => spans.length > 0));
}

function byId(traces: ReadonlyMap<string, readonly Span[]>, text: string): ReplayResponse {
  const id = hexId(text, 32);
  if (!id) return { status: 400, body: `trace IDs can only contain hex characters: ${text}\n` };
  const spans = traces.get(id);
  // Tempo's own shape calls the resource spans "batches".
  return spans ? jsonResponse(200, { batches: otlpAnswer(spans).resourceSpans }) : { status: 404, body: '' };
}

function search(traces: ReadonlyMap<string, readonly Span[]>, query: URLSearchParams): ReplayResponse {
  try {
    const matches = parseTraceQL(query.get('q') ?? tagsQuery(query.get('tags') ?? ''));
    const start = Number(query.get('start') ?? 0) * 1000;
    const end = Number(query.get('end') ?? Number.MAX_SAFE_INTEGER / 1000) * 1000;
    const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
    const found = [...traces].filter(([, spans]) =>
      spans.some((span) => span.start >= start && span.start <= end && matches(span)),
    );
    found.sort(([, left], [, right]) => startOf(right) - startOf(left));
    return jsonResponse(200, {
      traces: found.slice(0, limit).map(([id, spans]) => summary(id, spans)),
      metrics: { inspectedTraces: traces.size },
    });
  } catch (error) {
    if (error instanceof AppError)
      return { status: 400, headers: { 'content-type': 'text/plain' }, body: `${error.message}\n` };
    throw error;
  }
}

// The older search parameter: `service.name=web http.status_code=500`.
function tagsQuery(tags: string): string {
  const pairs = [...tags.matchAll(/([\w.-]+)=("[^"]*"|\S+)/g)].map(
    ([, key, value]) => `.${key} = ${value?.startsWith('"') ? value : JSON.stringify(value)}`,
  );
  return `{ ${pairs.join(' && ')} }`;
}

function summary(traceID: string, spans: readonly Span[]): object {
  const root = spans.find(({ parentSpanId }) => parentSpanId === null) ?? spans[0];
  const start = startOf(spans);
  const end = Math.max(...spans.map((span) => span.start + span.durationMs));
  return {
    traceID,
    rootServiceName: root?.service ?? '',
    rootTraceName: root?.name ?? '',
    startTimeUnixNano: String(BigInt(Math.floor(start)) * 1_000_000n),
    durationMs: Math.round(end - start),
  };
}

function startOf(spans: readonly Span[]): number {
  return Math.min(...spans.map(({ start }) => start));
}
