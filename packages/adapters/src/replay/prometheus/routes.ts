import { AppError } from '@headwater/core/errors.ts';
import { formatSample } from '@headwater/contracts/telemetry/prometheus.ts';
import { parseDuration, parseTime } from '@headwater/core/time.ts';
import type { Alert } from '@headwater/engine/ports/telemetry.ts';
import type { RecordingSource } from '@headwater/engine/ports/recording.ts';
import { jsonResponse, type ReplayRequest, type ReplayResponse, type RouteGroup } from '../route-group.ts';
import type { ReplayTime } from '../time.ts';
import { evaluate, evaluateRange } from './promql/evaluate.ts';
import { parsePromQL } from './promql/parser.ts';
import { selectSeries, type SeriesStore } from './promql/select.ts';
import type { RangeSeries, Value } from './promql/value.ts';

/** Prometheus's own limit on points per series. */
const MAX_POINTS = 11_000;

interface Data {
  readonly store: SeriesStore;
  readonly alerts: readonly Alert[];
}

type Handler = (parameters: URLSearchParams, data: Data, now: number) => unknown;

const HANDLERS: Readonly<Record<string, Handler>> = {
  '/api/v1/query': queryInstant,
  '/api/v1/query_range': queryRange,
  '/api/v1/series': (parameters, { store }) => matchedSeries(parameters, store).map(({ labels }) => labels),
  '/api/v1/labels': (parameters, { store }) =>
    [...new Set(matchedSeries(parameters, store).flatMap(({ labels }) => Object.keys(labels)))].sort(),
  '/api/v1/alerts': (_, { alerts }) => ({ alerts: alerts.filter(({ status }) => status === 'firing').map(alertView) }),
  '/api/v1/rules': (_, { alerts }) => ({ groups: ruleGroups(alerts) }),
  '/api/v1/status/buildinfo': () => ({ version: '2.42.0', application: 'headwater-replay' }),
};

/** The Prometheus query API over the metrics of a recording; nothing later than the replay's clock is seen. */
export async function prometheusRoutes(source: RecordingSource, time: ReplayTime): Promise<RouteGroup> {
  const data = await load(source);
  return {
    prefix: '/prometheus',
    handle: async (request) => {
      if (/^\/-\/(ready|healthy)$/.test(request.path)) return { status: 200, body: 'Prometheus Server is Ready.\n' };
      const labelValues = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(request.path)?.[1];
      const handler = labelValues ? valuesOf(decodeURIComponent(labelValues)) : HANDLERS[request.path];
      if (!handler) return null;
      return answer(handler, await parametersOf(request), { data, now: time.now() });
    },
  };
}

async function load(source: RecordingSource): Promise<Data> {
  const store: { labels: Readonly<Record<string, string>>; samples: readonly (readonly [number, number])[] }[] = [];
  const alerts: Alert[] = [];
  for await (const item of source.read(['metrics', 'alerts'])) {
    if (item.type === 'series') store.push(item.series);
    if (item.type === 'alert') alerts.push(item.alert);
  }
  return { store, alerts };
}

function answer(
  handler: Handler,
  parameters: URLSearchParams,
  { data, now }: { data: Data; now: number },
): ReplayResponse {
  try {
    return jsonResponse(200, { status: 'success', data: handler(parameters, visible(data, now), now) });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const errorType = typeof error.details['errorType'] === 'string' ? error.details['errorType'] : 'bad_data';
    return jsonResponse(errorType === 'execution' ? 422 : 400, { status: 'error', errorType, error: error.message });
  }
}

function visible({ store, alerts }: Data, now: number): Data {
  return {
    store: store.map((series) =>
      series.samples.some(([time]) => time > now)
        ? { ...series, samples: series.samples.filter(([time]) => time <= now) }
        : series,
    ),
    alerts: alerts.filter(({ startsAt }) => startsAt === null || startsAt <= now),
  };
}

// Clients send long queries as a form.
async function parametersOf(request: ReplayRequest): Promise<URLSearchParams> {
  if (request.method !== 'POST') return request.query;
  return new URLSearchParams([...request.query, ...new URLSearchParams(await request.text())]);
}

function queryInstant(parameters: URLSearchParams, { store }: Data, now: number): unknown {
  const at = parameters.has('time') ? timeOf(parameters, 'time') : now;
  return instantData(evaluate(parsePromQL(required(parameters, 'query')), store, at), at);
}

function instantData(value: Value, at: number): unknown {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: [at / 1000, formatSample(value.value)] };
    case 'string':
      return { resultType: 'string', result: [at / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map(({ labels, value: sample }) => ({
          metric: labels,
          value: [at / 1000, formatSample(sample)],
        })),
      };
    case 'matrix':
      return { resultType: 'matrix', result: matrix(value.series) };
  }
}

function queryRange(parameters: URLSearchParams, { store }: Data): unknown {
  const [start, end] = [timeOf(parameters, 'start'), timeOf(parameters, 'end')];
  const step = stepOf(required(parameters, 'step'));
  if (end < start) throw bad('invalid parameter "end": end timestamp must not be before start time');
  if ((end - start) / step > MAX_POINTS)
    throw bad(
      `exceeded maximum resolution of ${MAX_POINTS} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    );
  return {
    resultType: 'matrix',
    result: matrix(evaluateRange(parsePromQL(required(parameters, 'query')), store, { start, end, step })),
  };
}

function matrix(series: readonly RangeSeries[]): unknown[] {
  return series.map(({ labels, points }) => ({
    metric: labels,
    values: points.map(([time, value]) => [time / 1000, formatSample(value)]),
  }));
}

function matchedSeries(parameters: URLSearchParams, store: SeriesStore): SeriesStore {
  const selectors = parameters.getAll('match[]');
  if (selectors.length === 0) return store;
  const matched = selectors.map((text) => {
    const expression = parsePromQL(text);
    if (expression.type !== 'selector' || expression.range !== null)
      throw bad(`invalid parameter "match[]": ${text} is no series selector`);
    return selectSeries(store, expression.matchers);
  });
  return [...new Set(matched.flat())];
}

function valuesOf(label: string): Handler {
  return (parameters, { store }) =>
    [...new Set(matchedSeries(parameters, store).flatMap(({ labels }) => labels[label] ?? []))].sort();
}

function alertView({ labels, annotations, startsAt }: Alert): unknown {
  return {
    labels,
    annotations,
    state: 'firing',
    activeAt: startsAt === null ? null : new Date(startsAt).toISOString(),
    value: '1e+00',
  };
}

// A recording holds no rule expressions: each alert name is shown as the rule that fired it.
function ruleGroups(alerts: readonly Alert[]): unknown[] {
  const byName = Map.groupBy(alerts, ({ labels }) => labels['alertname'] ?? '');
  const rules = [...byName]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, list]) => {
      const firing = list.filter(({ status }) => status === 'firing');
      return {
        type: 'alerting',
        name,
        query: '',
        duration: 0,
        labels: {},
        annotations: {},
        state: firing.length > 0 ? 'firing' : 'inactive',
        health: 'ok',
        alerts: firing.map(alertView),
      };
    });
  return rules.length === 0 ? [] : [{ name: 'recorded', file: 'recording', interval: 60, rules }];
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value === null || value === '') throw bad(`invalid parameter "${name}": it is missing`);
  return value;
}

function timeOf(parameters: URLSearchParams, name: string): number {
  const text = required(parameters, name);
  const millis = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) * 1000 : parseTime(text);
  if (millis === null) throw bad(`invalid parameter "${name}": cannot parse "${text}" to a valid timestamp`);
  return millis;
}

function stepOf(text: string): number {
  const millis = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (millis === null || millis <= 0) throw bad(`invalid parameter "step": "${text}" is no duration above zero`);
  return millis;
}

function bad(message: string): AppError {
  return new AppError('invalid', message);
}
