import { DATA_SERVICE_FAMILIES } from './families/data-services.ts';
import { EDGE_FAMILIES } from './families/edges.ts';
import type { FamilyTable } from './families/family.ts';
import { NODE_FAMILIES } from './families/node.ts';
import { familiesByName } from './families/patterns.ts';
import { PLATFORM_FAMILIES } from './families/platform.ts';
import { WORKLOAD_FAMILIES } from './families/workload.ts';
import type { Unit } from './units.ts';
import { SIGNALS, type SignalName } from './vocabulary.ts';

/** What a query is narrowed to; `telemetry` is a namespace under whichever label the collector gave it. */
export type CatalogScope = 'pods' | 'namespaces' | 'telemetry' | 'nodes' | 'cluster';

/** One query of the catalog: the metrics it reads together and the PromQL it reads them with. */
export interface CatalogQuery {
  readonly name: string;
  readonly scope: CatalogScope;
  /** PromQL; `$names` is replaced by an alternation of metric names, `$scope` by matchers that begin with a comma. */
  readonly template: string;
  readonly metrics: readonly string[];
  /** Whether metrics no table lists join this query when their name says what they measure. */
  readonly unlisted?: (metric: string) => boolean;
}

/** One metric of the catalog: which signal it feeds, in which unit, and the query that reads it. */
export interface CatalogRow {
  readonly query: string;
  readonly metric: string;
  readonly signal: SignalName;
  readonly unit: Unit;
}

const PLAIN = '{__name__=~"$names"$scope}';
// One series an instance, resource, group and bound is tens of thousands; the verdict needs only the verb's kind.
const BY_VERB = 'sum by (__name__, verb, subresource, le) ({__name__=~"$names"$scope})';

const isDuration = (metric: string): boolean => /(?:_bucket|_sum)$/.test(metric);
// What a collector derives from spans carries the collector's own namespace beside that of the service.
const isOfSpans = (metric: string): boolean => /^(?:traces_span|calls_total$|duration_milliseconds_)/.test(metric);

const REQUESTS = namesIn(WORKLOAD_FAMILIES, (metric, by) => by === 'service' && !isOfSpans(metric));
const RESOURCES = namesIn(WORKLOAD_FAMILIES, (_, by) => by === 'pod');
const NODES = namesIn(NODE_FAMILIES, (_, by) => by === 'node');

/** The catalog, the most telling first: what does not fit the budget is left out from the end. */
export const CATALOG: readonly CatalogQuery[] = [
  {
    name: 'requests',
    scope: 'namespaces',
    template: PLAIN,
    metrics: REQUESTS.filter((metric) => !isDuration(metric)),
    unlisted: (metric) => !isDuration(metric),
  },
  {
    name: 'durations',
    scope: 'namespaces',
    template: PLAIN,
    metrics: REQUESTS.filter(isDuration),
    unlisted: isDuration,
  },
  {
    name: 'resources',
    scope: 'pods',
    template: PLAIN,
    metrics: [
      ...RESOURCES,
      'kube_pod_container_resource_requests',
      ...namesIn(NODE_FAMILIES, (_, by) => by === 'volume'),
      ...namesIn(PLATFORM_FAMILIES, (_, by) => by === 'hpa'),
    ],
  },
  {
    name: 'calls',
    scope: 'telemetry',
    template: PLAIN,
    metrics: namesIn(EDGE_FAMILIES, (metric) => !REQUESTS.includes(metric)),
  },
  { name: 'spans', scope: 'telemetry', template: PLAIN, metrics: namesIn(WORKLOAD_FAMILIES, isOfSpans) },
  { name: 'nodes', scope: 'nodes', template: PLAIN, metrics: [...NODES, 'node_systemd_unit_state'] },
  { name: 'data-services', scope: 'cluster', template: PLAIN, metrics: namesIn(DATA_SERVICE_FAMILIES) },
  {
    name: 'platform',
    scope: 'cluster',
    template: PLAIN,
    metrics: [
      ...namesIn(PLATFORM_FAMILIES, (metric, by) => by !== 'hpa' && !isApiDuration(metric)),
      'up',
      'probe_success',
    ],
  },
  { name: 'api-server', scope: 'cluster', template: BY_VERB, metrics: namesIn(PLATFORM_FAMILIES, isApiDuration) },
];

/** Every metric of the catalog with its signal and unit. */
export function catalogRows(): readonly CatalogRow[] {
  const families = new Map(
    [WORKLOAD_FAMILIES, EDGE_FAMILIES, NODE_FAMILIES, PLATFORM_FAMILIES, DATA_SERVICE_FAMILIES]
      .flat()
      .map(([metric, ...list]) => [metric, list] as const),
  );
  return CATALOG.flatMap(({ name, metrics }) =>
    metrics.flatMap((metric) =>
      (families.get(metric) ?? []).map(({ signal }) => ({ query: name, metric, signal, unit: SIGNALS[signal].unit })),
    ),
  );
}

/** Whether a metric no table lists says by its name what it measures of requests. */
export function isUnlistedRequestMetric(metric: string): boolean {
  return !LISTED.has(metric) && familiesByName(metric).length > 0;
}

const LISTED: ReadonlySet<string> = new Set(CATALOG.flatMap(({ metrics }) => metrics));

function isApiDuration(metric: string): boolean {
  return metric.startsWith('apiserver_') && metric.endsWith('_bucket');
}

// A share needs its whole: what a family divides by is read with it.
function namesIn(table: FamilyTable, wanted: (metric: string, by: string) => boolean = () => true): string[] {
  const names = table.flatMap(([name, ...families]) =>
    families.flatMap(({ by, over }) => (wanted(name, by) ? [name, ...(over?.metrics ?? [])] : [])),
  );
  return [...new Set(names)];
}
