import { AppError } from '@headwater/core/errors.ts';
import { aggregate } from './aggregate.ts';
import type { Expression } from './ast.ts';
import { applyBinary } from './binary.ts';
import { notSupported } from './errors.ts';
import { quantileOverTime, RANGE_FUNCTIONS } from './functions.ts';
import { histogramQuantile } from './histogram.ts';
import { sampleAt, samplesWithin, selectSeries, type SeriesStore } from './select.ts';
import { labelKey, type RangeSeries, type Sample, type Value, withoutLabels } from './value.ts';

type Call = Extract<Expression, { type: 'call' }>;
type Selector = Extract<Expression, { type: 'selector' }>;

/** The value of an expression at one moment (milliseconds). Throws AppError `invalid` for what replay does not support. */
export function evaluate(expression: Expression, store: SeriesStore, time: number): Value {
  switch (expression.type) {
    case 'number':
      return { type: 'scalar', value: expression.value };
    case 'string':
      return { type: 'string', value: expression.value };
    case 'selector':
      return select(expression, store, time);
    case 'negation':
      return applyBinary({ type: 'scalar', value: -1 }, evaluate(expression.operand, store, time), {
        operator: '*',
        bool: false,
        matching: { mode: 'ignoring', labels: [] },
      });
    case 'binary':
      return applyBinary(evaluate(expression.left, store, time), evaluate(expression.right, store, time), expression);
    case 'aggregation':
      return {
        type: 'vector',
        samples: aggregate(
          expression.name,
          expression.grouping,
          vectorOf(evaluate(expression.operand, store, time), expression.name),
        ),
      };
    case 'call':
      return call(expression, store, time);
  }
}

/** The values of an expression at every step of a range, as series. Times in milliseconds. */
export function evaluateRange(
  expression: Expression,
  store: SeriesStore,
  range: { start: number; end: number; step: number },
): RangeSeries[] {
  const narrowed = narrow(expression, store);
  const byLabels = new Map<string, { labels: Sample['labels']; points: [number, number][] }>();
  for (let time = range.start; time <= range.end; time += range.step) {
    const value = evaluate(expression, narrowed, time);
    const samples = value.type === 'scalar' ? [{ labels: {}, value: value.value }] : vectorOf(value, 'query_range');
    for (const { labels, value: point } of samples) {
      const key = labelKey(labels);
      const series = byLabels.get(key);
      if (series) series.points.push([time, point]);
      else byLabels.set(key, { labels, points: [[time, point]] });
    }
  }
  return [...byLabels.values()];
}

// Matching labels anew at every step would cost steps x series.
function narrow(expression: Expression, store: SeriesStore): SeriesStore {
  const selectors = selectorsIn(expression);
  const kept = new Set(selectors.flatMap(({ matchers }) => selectSeries(store, matchers)));
  return store.filter((series) => kept.has(series));
}

function selectorsIn(expression: Expression): Selector[] {
  switch (expression.type) {
    case 'selector':
      return [expression];
    case 'binary':
      return [...selectorsIn(expression.left), ...selectorsIn(expression.right)];
    case 'call':
      return expression.args.flatMap(selectorsIn);
    case 'aggregation':
    case 'negation':
      return selectorsIn(expression.operand);
    default:
      return [];
  }
}

function select({ matchers, range, offset }: Selector, store: SeriesStore, time: number): Value {
  const series = selectSeries(store, matchers);
  const end = time - offset;
  if (range !== null) {
    const start = end - range;
    const within = series.map(({ labels, samples }) => ({ labels, points: samplesWithin(samples, start, end) }));
    return { type: 'matrix', series: within.filter(({ points }) => points.length > 0), start, end };
  }
  const samples = series.flatMap(({ labels, samples: points }) => {
    const value = sampleAt(points, end);
    return value === undefined ? [] : [{ labels, value }];
  });
  return { type: 'vector', samples };
}

function call({ name, args }: Call, store: SeriesStore, time: number): Value {
  const values = args.map((argument) => evaluate(argument, store, time));
  const overRange = RANGE_FUNCTIONS[name];
  if (overRange) {
    const [matrix] = values;
    if (matrix?.type !== 'matrix' || values.length !== 1) throw expected(name, 'one range vector such as metric[5m]');
    return fromRange(matrix, name, (series) => overRange(series, matrix));
  }
  const [first, second] = values;
  if (name === 'quantile_over_time') {
    if (first?.type !== 'scalar' || second?.type !== 'matrix') throw expected(name, 'a number and a range vector');
    return fromRange(second, name, (series) => quantileOverTime(first.value, series));
  }
  if (name === 'histogram_quantile') {
    if (first?.type !== 'scalar' || second?.type !== 'vector')
      throw expected(name, 'a number and an instant vector of buckets');
    return { type: 'vector', samples: histogramQuantile(first.value, second.samples) };
  }
  throw notSupported(`the function "${name}"`);
}

function fromRange(
  { series }: Extract<Value, { type: 'matrix' }>,
  name: string,
  reduce: (series: RangeSeries) => number | undefined,
): Value {
  const samples = series.flatMap((one) => {
    const value = reduce(one);
    // last_over_time answers with the sample itself, its name included.
    return value === undefined
      ? []
      : [{ labels: name === 'last_over_time' ? one.labels : withoutLabels(one.labels, ['__name__']), value }];
  });
  return { type: 'vector', samples };
}

function vectorOf(value: Value, user: string): readonly Sample[] {
  if (value.type === 'vector') return value.samples;
  throw expected(user, 'an instant vector');
}

function expected(name: string, what: string): AppError {
  return new AppError('invalid', `${name} expects ${what}`, { details: { errorType: 'bad_data' } });
}
