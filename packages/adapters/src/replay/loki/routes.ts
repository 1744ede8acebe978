import { AppError } from '@headwater/core/errors.ts';
import { formatTime, parseTime } from '@headwater/core/time.ts';
import { type LokiLines, lokiAnswer } from '@headwater/contracts/telemetry/loki.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import { jsonResponse, type RouteGroup } from '../route-group.ts';
import type { ReplayTime } from '../time.ts';
import { parseLogQL } from './logql.ts';

const DEFAULT_LIMIT = 100;
/** Loki refuses more lines than this in one answer. */
const MAX_LIMIT = 5000;
const NANOS_PER_MS = 1_000_000n;
const HOUR_NANOS = 3_600_000n * NANOS_PER_MS;

type Line = readonly [nanoseconds: bigint, line: string];

interface Stream {
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly Line[];
}

/** Loki's query API over a recording: its own Loki answers, and the container logs under the labels promtail gives them. */
export async function lokiRoutes(source: RecordingSource, time: ReplayTime): Promise<RouteGroup> {
  const archived = await archivedStreams(source);
  return {
    prefix: '/loki',
    handle: async ({ path, query }) => {
      if (path === '/ready') return { status: 200, body: 'ready\n' };
      const labels = await labelsAnswer(source, archived, path);
      if (labels) return jsonResponse(200, { status: 'success', data: labels });
      if (path !== '/loki/api/v1/query_range') return null;
      try {
        const streams = await queryRange(source, archived, { query, now: time.now() });
        return jsonResponse(200, lokiAnswer(streams));
      } catch (error) {
        if (error instanceof AppError)
          return { status: 400, headers: { 'content-type': 'text/plain' }, body: `${error.message}\n` };
        throw error;
      }
    },
  };
}

async function archivedStreams(source: RecordingSource): Promise<Stream[]> {
  const streams: Stream[] = [];
  for await (const item of source.read(['loki'])) {
    if (item.type === 'loki')
      streams.push({
        labels: item.stream.labels,
        lines: item.stream.entries.map(([nanos, line]) => [BigInt(nanos), line] as const),
      });
  }
  return streams;
}

// Which labels there are does not depend on the time asked for: a recording is of one incident.
async function labelsAnswer(
  source: RecordingSource,
  archived: readonly Stream[],
  path: string,
): Promise<unknown[] | null> {
  const value = /^\/loki\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  if (value === undefined && path !== '/loki/api/v1/labels' && path !== '/loki/api/v1/series') return null;
  const identities = await source.logs();
  const all = [
    ...archived.map(({ labels }) => labels),
    ...identities.map(({ namespace, pod, container }) => ({ namespace, pod, container })),
  ];
  if (path === '/loki/api/v1/series') return all;
  if (value === undefined) return [...new Set(all.flatMap((labels) => Object.keys(labels)))].sort();
  return [...new Set(all.flatMap((labels: Stream['labels']) => labels[value] ?? []))].sort();
}

interface Asked {
  readonly query: URLSearchParams;
  readonly now: number;
}

async function queryRange(
  source: RecordingSource,
  archived: readonly Stream[],
  { query, now }: Asked,
): Promise<LokiLines[]> {
  const { streams, lines } = parseLogQL(query.get('query') ?? '');
  const latest = BigInt(Math.floor(now)) * NANOS_PER_MS;
  const end = min(nanosOf(query, 'end') ?? latest, latest);
  const start = nanosOf(query, 'start') ?? end - HOUR_NANOS;
  const forward = query.get('direction') === 'forward';
  const found: { stream: Stream; line: Line }[] = [];
  for await (const stream of allStreams(source, archived, streams)) {
    for (const line of stream.lines)
      if (line[0] >= start && line[0] <= end && lines(line[1])) found.push({ stream, line });
  }
  found.sort((left, right) => (left.line[0] < right.line[0] ? -1 : 1) * (forward ? 1 : -1));
  const byStream = Map.groupBy(found.slice(0, limitOf(query)), ({ stream }) => stream);
  return [...byStream].map(([{ labels }, list]) => ({
    labels,
    entries: list.map(({ line: [nanos, line] }) => [String(nanos), line] as const),
  }));
}

async function* allStreams(
  source: RecordingSource,
  archived: readonly Stream[],
  wanted: (labels: Stream['labels']) => boolean,
): AsyncGenerator<Stream> {
  yield* archived.filter(({ labels }) => wanted(labels));
  for (const identity of await source.logs()) {
    const labels = { namespace: identity.namespace, pod: identity.pod, container: identity.container };
    const lines = wanted(labels) ? await source.openLog(identity) : null;
    if (lines) yield { labels, lines: await timedLines(lines) };
  }
}

// Lines without a timestamp have no place in a range query.
async function timedLines(lines: AsyncIterable<string>): Promise<Line[]> {
  const timed: Line[] = [];
  for await (const line of lines) {
    const space = line.indexOf(' ');
    const stamp = space > 0 ? line.slice(0, space) : '';
    const millis = parseTime(stamp);
    if (millis !== null) timed.push([BigInt(millis) * NANOS_PER_MS + subMillis(stamp), line.slice(space + 1)]);
  }
  return timed;
}

function subMillis(stamp: string): bigint {
  const fraction = /\.(\d+)/.exec(stamp)?.[1] ?? '';
  return BigInt(fraction.padEnd(9, '0').slice(3, 9) || '0');
}

function nanosOf(query: URLSearchParams, name: string): bigint | null {
  const text = query.get(name);
  if (text === null) return null;
  if (/^\d{13,}$/.test(text)) return BigInt(text);
  if (/^\d+(\.\d+)?$/.test(text)) return BigInt(Math.floor(Number(text) * 1000)) * NANOS_PER_MS;
  const millis = parseTime(text);
  if (millis === null)
    throw new AppError(
      'invalid',
      `could not parse '${name}' parameter: ${text}; expected nanoseconds or ${formatTime(0)}`,
    );
  return BigInt(millis) * NANOS_PER_MS;
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit <= 0) throw new AppError('invalid', 'limit must be a positive value');
  if (limit > MAX_LIMIT)
    throw new AppError(
      'invalid',
      `max entries limit per query exceeded, limit > max_entries_limit (${limit} > ${MAX_LIMIT})`,
    );
  return limit;
}

function min(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
