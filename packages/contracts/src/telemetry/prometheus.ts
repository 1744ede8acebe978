import { isJsonObject, textOf, type JsonObject } from '@headwater/core/json.ts';
import { type ShapeError, shapeError } from '../shape.ts';

/** One series: labels with `__name__`, samples as [milliseconds, value] in time order. */
export interface MatrixSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [number, number])[];
}

export interface ReadMatrix {
  readonly series: readonly MatrixSeries[];
  readonly rejected: readonly ShapeError[];
}

type Path = readonly (string | number)[];

/**
 * Reads a Prometheus `query` or `query_range` answer, or its bare `data` or `result`. Broken series and samples are left out and
 * named; NaN samples are left out silently, because they say "no data".
 */
export function readMatrix(answer: unknown): ReadMatrix {
  const rejected: ShapeError[] = [];
  const found = resultsOf(answer);
  if (!found) {
    const status = isJsonObject(answer) ? answer['status'] : undefined;
    if (status === 'error') {
      const text = isJsonObject(answer) ? textOf(answer['error']) : '';
      return {
        series: [],
        rejected: [
          {
            path: ['status'],
            what: `found the error answer "${text}"`,
            expected: 'a query_range answer with status "success"',
          },
        ],
      };
    }
    return {
      series: [],
      rejected: [shapeError([], answer, 'a Prometheus answer with data.resultType "matrix" and data.result')],
    };
  }
  if (found.type !== undefined && found.type !== 'matrix' && found.type !== 'vector') {
    return { series: [], rejected: [shapeError(['data', 'resultType'], found.type, '"matrix"')] };
  }
  const series = found.results.flatMap((result, index) => {
    const one = readSeries(result, [...found.path, index], rejected);
    return one ? [one] : [];
  });
  return { series, rejected };
}

function resultsOf(answer: unknown): { type?: unknown; results: readonly unknown[]; path: Path } | undefined {
  if (Array.isArray(answer)) return { results: answer, path: [] };
  if (!isJsonObject(answer)) return undefined;
  if (Array.isArray(answer['result']))
    return { type: answer['resultType'], results: answer['result'], path: ['result'] };
  const data = answer['data'];
  if (!isJsonObject(data) || !Array.isArray(data['result'])) return undefined;
  return { type: data['resultType'], results: data['result'], path: ['data', 'result'] };
}

function readSeries(result: unknown, path: Path, rejected: ShapeError[]): MatrixSeries | undefined {
  const metric = isJsonObject(result) ? result['metric'] : undefined;
  if (!isJsonObject(result) || !isJsonObject(metric)) {
    rejected.push(shapeError([...path, 'metric'], metric, 'an object of labels'));
    return undefined;
  }
  const values = result['values'] ?? (result['value'] === undefined ? undefined : [result['value']]);
  if (!Array.isArray(values)) {
    rejected.push(shapeError([...path, 'values'], values, 'a list of [seconds, "value"] pairs'));
    return undefined;
  }
  const samples: [number, number][] = [];
  for (const [index, value] of values.entries()) {
    const sample = readSample(value);
    if (!sample) rejected.push(shapeError([...path, 'values', index], value, 'a pair [seconds, "value"]'));
    else if (!Number.isNaN(sample[1])) samples.push(sample);
  }
  samples.sort((left, right) => left[0] - right[0]);
  return { labels: labelsOf(metric), samples };
}

function labelsOf(metric: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(metric).map(([name, value]) => [name, textOf(value)]));
}

function readSample(value: unknown): [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [seconds, text] = value as unknown[];
  const time = typeof seconds === 'string' && seconds !== '' ? Number(seconds) : seconds;
  if (typeof time !== 'number' || !Number.isFinite(time)) return undefined;
  const number = sampleValue(text);
  return number === undefined ? undefined : [Math.round(time * 1000), number];
}

/** A sample's value as Prometheus writes it: decimal text, `NaN`, `+Inf`, `-Inf`; undefined when it is none. */
export function sampleValue(text: unknown): number | undefined {
  if (typeof text === 'number') return text;
  if (typeof text !== 'string' || text.trim() === '') return undefined;
  if (text === 'NaN') return Number.NaN;
  const infinite = /^([+-]?)Inf$/.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const number = Number(text);
  return Number.isNaN(number) ? undefined : number;
}

/** A number as Prometheus writes it. */
export function formatSample(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

/** Series as a `query_range` answer; times in seconds. */
export function matrixAnswer(series: readonly MatrixSeries[]): unknown {
  const result = series.map(({ labels, samples }) => ({
    metric: labels,
    values: samples.map(([time, value]) => [time / 1000, formatSample(value)]),
  }));
  return { status: 'success', data: { resultType: 'matrix', result } };
}
