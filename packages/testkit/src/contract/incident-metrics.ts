import { catalogRows } from '@headwater/diagnosis/metrics/catalog.ts';
import { QUERY_BUDGET, readMetrics } from '@headwater/engine/collect/read-metrics.ts';
import type { MetricScope } from '@headwater/engine/collect/metric-scope.ts';
import type { MetricsReader, Window } from '@headwater/engine/ports/telemetry.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

export interface IncidentMetricsUnderTest {
  readonly reader: MetricsReader;
  readonly window: Window;
  close(): Promise<void>;
}

/** One series of every metric of the catalog, as a server of the incident contract must hold them. */
export function catalogSamples(): readonly {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}[] {
  const names = [...new Set(catalogRows().map(({ metric }) => metric)), 'checkout_requests_total'];
  return names.flatMap((name) => {
    const le: Record<string, string> = name.endsWith('_bucket') ? { le: '+Inf' } : {};
    return ['shop', 'other'].map((namespace) => ({
      name,
      labels: { ...le, namespace, pod: `${namespace}-web-1`, service_namespace: namespace, node: 'node-1' },
    }));
  });
}

const SCOPE: MetricScope = {
  namespaces: ['shop'],
  pods: { namespaces: ['shop'], names: ['shop-web-'] },
  nodes: ['node-1', '127.0.0.1'],
  expressions: [{ alertname: 'ManyRequests', expression: 'sum by (namespace) (checkout_requests_total)' }],
};

/** That the whole catalog is read from a server within the budget, narrowed to the incident. */
export function incidentMetricsContract(name: string, open: () => Promise<IncidentMetricsUnderTest>): void {
  describe(`metrics of an incident: ${name}`, () => {
    let server: IncidentMetricsUnderTest;
    beforeAll(async () => {
      server = await open();
    }, 60_000);
    afterAll(() => server.close());

    it(`reads every metric of the catalog with at most ${QUERY_BUDGET} queries`, async () => {
      let asked = 0;
      const { reader } = server;
      const counted: MetricsReader = {
        range: (...query) => (asked++, reader.range(...query)),
        names: (window) => (asked++, reader.names?.(window) ?? Promise.reject(new Error('names'))),
        labels: (...query) => (asked++, reader.labels?.(...query) ?? Promise.reject(new Error('labels'))),
        close: () => reader.close(),
      };
      const { metrics, gaps } = await readMetrics(counted, SCOPE, server.window);
      expect(gaps).toEqual([]);
      expect(asked).toBeLessThanOrEqual(QUERY_BUDGET);
      const found = new Set(metrics.map(({ labels }) => labels['__name__']));
      const wanted = new Set(catalogSamples().map((sample) => sample.name));
      expect([...wanted].filter((metric) => !found.has(metric))).toEqual([]);
      expect(found.has('headwater:alert_expression')).toBe(true);
      const resources = metrics.filter(({ labels }) => labels['__name__'] === 'container_memory_working_set_bytes');
      expect(resources.map(({ labels }) => labels['namespace'])).toEqual(['shop']);
      const spans = metrics.filter(({ labels }) => labels['__name__'] === 'calls_total');
      expect(spans.map(({ labels }) => labels['service_namespace'])).toEqual(['shop']);
    });
  });
}
