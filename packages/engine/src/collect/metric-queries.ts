import { compareText } from '@headwater/core/subject.ts';
import { CATALOG, type CatalogQuery, isUnlistedRequestMetric } from '@headwater/diagnosis/metrics/catalog.ts';
import type { MetricScope } from './metric-scope.ts';
import { literalPattern } from './label-pattern.ts';

/** One PromQL query and what it is for. */
export interface PlannedQuery {
  readonly name: string;
  readonly promql: string;
  /** Set for the query of an alert's own rule. */
  readonly alertname?: string;
}

interface Known {
  readonly scope: MetricScope;
  /** Metric names the server has; null when it does not tell. */
  readonly names: ReadonlySet<string> | null;
  /** The label by which collected metrics name the namespace of their service; null when none does. */
  readonly spanNamespace: string | null;
}

// A server with hundreds of request metrics has one per program; the first tell enough.
const MAX_UNLISTED = 60;

/** The queries of one incident: the alert's own series first, then the catalog as far as the server has its metrics. */
export function planQueries(known: Known): PlannedQuery[] {
  const [first, ...rest] = known.scope.expressions.map(({ alertname, expression }) => ({
    name: `alert ${alertname}`,
    promql: expression,
    alertname,
  }));
  const catalog = CATALOG.flatMap((query) => {
    const names = namesOf(query, known.names);
    if (names.length === 0) return [];
    const promql = query.template
      .replace('$names', () => names.join('|'))
      .replace('$scope', () => matchersOf(query, known));
    return [{ name: query.name, promql }];
  });
  // The rules of further alerts take what the budget leaves.
  return [...(first ? [first] : []), ...catalog, ...rest];
}

function namesOf({ metrics, unlisted }: CatalogQuery, names: ReadonlySet<string> | null): readonly string[] {
  if (!names) return metrics;
  const others = unlisted
    ? [...names].filter((metric) => unlisted(metric) && isUnlistedRequestMetric(metric)).sort(compareText)
    : [];
  return [...metrics.filter((metric) => names.has(metric)), ...others.slice(0, MAX_UNLISTED)];
}

// An alternation that ends in `|` also takes series that lack the label: recorded ones and those of collectors.
function matchersOf({ scope }: CatalogQuery, { scope: { namespaces, pods, nodes }, spanNamespace }: Known): string {
  const namespace = (label: string): string => (namespaces.length === 0 ? '' : matcher(label, namespaces));
  switch (scope) {
    case 'pods':
      return pods ? `${matcher('namespace', pods.namespaces)}${matcher('pod', pods.names)}` : namespace('namespace');
    case 'namespaces':
      return namespace('namespace');
    case 'telemetry':
      return spanNamespace ? namespace(spanNamespace) : '';
    case 'nodes':
      return nodes ? `,instance=~"(${nodes.map(literalPattern).join('|')})(:[0-9]+)?|"` : '';
    case 'cluster':
      return '';
  }
}

function matcher(label: string, values: readonly string[]): string {
  return `,${label}=~"${values.map(anyOf).join('|')}|"`;
}

function anyOf(name: string): string {
  return name.endsWith('-') ? `${literalPattern(name)}.*` : literalPattern(name);
}
