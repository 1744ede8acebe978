import type { Gap } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { ALERT_EXPRESSION } from '@headwater/diagnosis/metrics/alert-series.ts';
import { CATALOG } from '@headwater/diagnosis/metrics/catalog.ts';
import { seriesKey } from '@headwater/diagnosis/metrics/index-metrics.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { MetricsReader, TelemetryOutcome, Window } from '../ports/telemetry.ts';
import { inParallel } from './in-parallel.ts';
import { type PlannedQuery, planQueries } from './metric-queries.ts';
import type { MetricScope } from './metric-scope.ts';
import { asOutcome } from './refusals.ts';

/** What one incident may ask of a Prometheus, discovery included. */
export const QUERY_BUDGET = 12;

const PARALLEL_QUERIES = 4;
const MAX_SAMPLES_PER_SERIES = 240;
// More than the engine can weigh in its time; a scope this wide says little of one incident.
const MAX_SERIES_PER_QUERY = 6_000;
const NAMESPACE_LABELS = ['k8s_namespace_name', 'service_namespace', 'exported_namespace', 'namespace'];

interface Discovered {
  /** Null: the server does not tell, so everything is asked for. */
  readonly names: ReadonlySet<string> | null;
  readonly spanNamespace: string | null;
  readonly asked: number;
}

/** Reads the series behind every signal the engine knows, narrowed to an incident, with at most `QUERY_BUDGET` queries. */
export async function readMetrics(
  reader: MetricsReader,
  scope: MetricScope,
  window: Window,
): Promise<{ metrics: Series[]; gaps: Gap[] }> {
  const step = Math.max(15, Math.ceil((window.to - window.from) / 1000 / MAX_SAMPLES_PER_SERIES));
  const { names, spanNamespace, asked } = await discover(reader, window);
  const planned = planQueries({ scope, names, spanNamespace });
  const queries = planned.slice(0, QUERY_BUDGET - asked);
  const answers = await inParallel(queries, PARALLEL_QUERIES, async (query) => ({
    query,
    answer: await asOutcome(reader.range(query.promql, window, step)),
  }));
  const metrics: Series[] = [];
  const gaps = new Map<string, Gap>();
  for (const { query, answer } of answers) {
    if (answer.state === 'read') {
      metrics.push(...bounded(answer.items).map((series) => named(series, query)));
      for (const cut of cutsOf(answer, query)) gaps.set(cut, gapOf(`Cut: ${cut}`));
    } else
      gaps.set(
        answer.state,
        gapOf(`Metrics ${answer.state === 'forbidden' ? 'may not be read' : 'could not be read'}: ${answer.message}`),
      );
  }
  return { metrics, gaps: [...gaps.values()] };
}

/** The window worth asking for: long enough before the first alert to know what is normal. */
export function metricsWindow(now: number, firstAlert: number | null): Window {
  return { from: Math.min(now - 45 * MINUTE, (firstAlert ?? now) - 30 * MINUTE), to: now };
}

async function discover(reader: MetricsReader, window: Window): Promise<Discovered> {
  if (!reader.names || !reader.labels) return { names: null, spanNamespace: null, asked: 0 };
  const found = await asOutcome(reader.names(window));
  if (found.state !== 'read' || found.items.length === 0) return { names: null, spanNamespace: null, asked: 1 };
  const names = new Set(found.items);
  const collected = CATALOG.filter(({ scope }) => scope === 'telemetry').flatMap(({ metrics }) =>
    metrics.filter((metric) => names.has(metric)),
  );
  if (collected.length === 0) return { names, spanNamespace: null, asked: 1 };
  const labels = await asOutcome(reader.labels(`{__name__=~"${collected.join('|')}"}`, window));
  const known = new Set(labels.state === 'read' ? labels.items : []);
  return { names, spanNamespace: NAMESPACE_LABELS.find((label) => known.has(label)) ?? null, asked: 2 };
}

function bounded(items: readonly Series[]): readonly Series[] {
  if (items.length <= MAX_SERIES_PER_QUERY) return items;
  return [...items]
    .sort((left, right) => compareText(seriesKey(left), seriesKey(right)))
    .slice(0, MAX_SERIES_PER_QUERY);
}

function cutsOf(answer: Extract<TelemetryOutcome<Series>, { state: 'read' }>, { name }: PlannedQuery): string[] {
  const over = answer.items.length - MAX_SERIES_PER_QUERY;
  return [
    ...(answer.cut === null ? [] : [answer.cut]),
    ...(over > 0 ? [`${over} series of the query for ${name} were left out`] : []),
  ];
}

// An expression's answer has no name of its own, or that of one metric in it.
function named({ labels, samples }: Series, { alertname, promql }: PlannedQuery): Series {
  if (alertname === undefined) return { labels, samples };
  return { labels: { ...labels, __name__: ALERT_EXPRESSION, alertname, expression: promql }, samples };
}

function gapOf(statement: string): Gap {
  return { source: 'metrics', statement, wouldShow: 'saturation, latency, error rates and the exact onset' };
}
