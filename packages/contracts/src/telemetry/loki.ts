import { isJsonObject, textOf } from '@headwater/core/json.ts';
import { type ShapeError, shapeError } from '../shape.ts';

/** Lines of one stream; times in nanoseconds since the epoch as decimal text, because a number would lose the last digits. */
export interface LokiLines {
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: readonly (readonly [nanoseconds: string, line: string])[];
}

export interface ReadLoki {
  readonly streams: readonly LokiLines[];
  readonly rejected: readonly ShapeError[];
}

type Path = readonly (string | number)[];

/** Reads a Loki `query_range` answer of resultType `streams`, or its bare `data` or `result`; broken parts are left out and named. */
export function readLokiStreams(answer: unknown): ReadLoki {
  const data = isJsonObject(answer) && isJsonObject(answer['data']) ? answer['data'] : answer;
  const results = Array.isArray(data) ? (data as unknown[]) : isJsonObject(data) ? data['result'] : undefined;
  if (!Array.isArray(results)) {
    return {
      streams: [],
      rejected: [shapeError([], answer, 'a Loki answer with data.resultType "streams" and data.result')],
    };
  }
  const type = isJsonObject(data) ? data['resultType'] : undefined;
  if (type !== undefined && type !== 'streams') {
    return { streams: [], rejected: [shapeError(['data', 'resultType'], type, '"streams"')] };
  }
  const rejected: ShapeError[] = [];
  const path: Path = data === answer ? (Array.isArray(data) ? [] : ['result']) : ['data', 'result'];
  const streams = results.flatMap((result, index) => {
    const stream = readStream(result, [...path, index], rejected);
    return stream ? [stream] : [];
  });
  return { streams, rejected };
}

function readStream(result: unknown, path: Path, rejected: ShapeError[]): LokiLines | undefined {
  if (!isJsonObject(result) || !isJsonObject(result['stream'])) {
    rejected.push(
      shapeError([...path, 'stream'], isJsonObject(result) ? result['stream'] : result, 'an object of labels'),
    );
    return undefined;
  }
  const values = result['values'];
  if (!Array.isArray(values)) {
    rejected.push(shapeError([...path, 'values'], values, 'a list of ["nanoseconds", "line"] pairs'));
    return undefined;
  }
  const entries: [string, string][] = [];
  for (const [index, value] of values.entries()) {
    const [time, line] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof time === 'string' && /^\d{1,19}$/.test(time) && typeof line === 'string') entries.push([time, line]);
    else rejected.push(shapeError([...path, 'values', index], value, 'a pair ["nanoseconds", "line"]'));
  }
  const labels = Object.fromEntries(Object.entries(result['stream']).map(([name, value]) => [name, textOf(value)]));
  return { labels, entries };
}

/** Streams as a Loki `query_range` answer. */
export function lokiAnswer(streams: readonly LokiLines[]): unknown {
  const result = streams.map(({ labels, entries }) => ({ stream: labels, values: entries }));
  return { status: 'success', data: { resultType: 'streams', result } };
}

/** Loki's time as RFC 3339 with nanoseconds, as `kubectl logs --timestamps` would have written it. */
export function lokiTime(nanoseconds: string): string {
  const digits = nanoseconds.padStart(10, '0');
  const seconds = Number(digits.slice(0, -9));
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${digits.slice(-9)}Z`;
}
