import { fixtureInput, type FixtureContent } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { checkEvidence } from '../checker/claims.ts';
import { citeSeries, citeSignal } from '../evidence/cite-metrics.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { signalsOf } from './signals.ts';
import type { SignalName } from './vocabulary.ts';

type Metric = NonNullable<FixtureContent['metrics']>[number];

const WEB = { kind: 'Deployment', namespace: 'shop', name: 'web' };
const labels = { namespace: 'shop', workload: 'web', workload_type: 'deployment' };

function promqlOf(name: SignalName, metrics: readonly Metric[], subject: object = WEB): string | undefined {
  const snapshot = buildSnapshot(fixtureInput({ metrics: [...metrics] }));
  const signal = signalsOf(snapshot).all(name)[0];
  if (!signal) throw new Error(`no ${name} of ${JSON.stringify(subject)}`);
  const evidence = citeSignal(signal);
  expect(checkEvidence(snapshot, evidence)).toBeNull();
  return evidence.promql;
}

const counter = (name: string, more: Record<string, string>, step = 10): Metric => ({
  name,
  labels: { ...labels, ...more },
  values: Array.from({ length: 30 }, (_, index) => index * step),
});

it('writes a gauge as it stands', () => {
  const metric = { name: 'workload:memory:bytes', labels, values: ['30 x 5'] };
  expect(promqlOf('memory', [metric])).toBe(
    'sum(workload:memory:bytes{namespace="shop", workload="web", workload_type="deployment"})',
  );
});

it('writes a share of requests as the failed over all, by the codes that were seen', () => {
  const metrics = ['200', '500', '503'].map((code) => counter('http_requests_total', { code, service: 'web' }));
  expect(promqlOf('error-ratio', metrics)).toBe(
    'sum(rate(http_requests_total{code=~"500|503", namespace="shop", service="web", workload="web", workload_type="deployment"}[5m])) / sum(rate(http_requests_total{code=~"200|500|503", namespace="shop", service="web", workload="web", workload_type="deployment"}[5m]))',
  );
});

it('writes a quantile in its unit', () => {
  const metrics = ['100', '+Inf'].map((le) => counter('duration_milliseconds_bucket', { le, service_name: 'web' }));
  expect(promqlOf('tail-latency', metrics)).toBe(
    'histogram_quantile(0.95, sum by (le) (rate(duration_milliseconds_bucket{namespace="shop", service_name="web", workload="web", workload_type="deployment"}[5m]))) * 0.001',
  );
});

it('writes the fullest filesystem as one minus the least share free', () => {
  const metrics = ['/', '/data'].flatMap((mountpoint) =>
    ['avail', 'size'].map((what, index) => ({
      name: `node_filesystem_${what}_bytes`,
      labels: { node: 'n1', mountpoint, fstype: 'ext4', device: mountpoint },
      values: [`30 x ${(index + 1) * 10}`],
    })),
  );
  expect(promqlOf('node-filesystem', metrics, { kind: 'Node', name: 'n1' })).toMatch(
    /^1 - min\(node_filesystem_avail_bytes\{.*\} \/ node_filesystem_size_bytes\{.*\}\)$/,
  );
});

it('writes one series as a selector, and what a rule measures as the rule', () => {
  const samples = [[0, 1]] as const;
  const plain = citeSeries({ labels: { __name__: 'up', path: 'a"\\b' }, samples });
  expect(plain.promql).toBe('up{path="a\\"\\\\b"}');
  const rule = { __name__: 'headwater:alert_expression', alertname: 'A', expression: 'rate(x[5m])' };
  expect(citeSeries({ labels: rule, samples }).promql).toBe('rate(x[5m])');
});
