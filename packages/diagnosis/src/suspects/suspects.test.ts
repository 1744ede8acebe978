import { MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { LogDigester } from '../logs/digest.ts';
import { emptyInput, type Series, type SnapshotInput, type Span } from '../snapshot/input.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { telemetrySuspects } from './suspects.ts';

const NOW = Date.UTC(2026, 2, 1, 10, 30);
const ONSET = NOW - 10 * MINUTE;

function series(metric: string, workload: string, value: (after: boolean) => number): Series {
  const samples = Array.from({ length: 30 }, (_, index) => {
    const time = NOW - (30 - index) * MINUTE;
    return [time, value(time >= ONSET) * (1 + (index % 3) * 0.01)] as const;
  });
  return { labels: { __name__: metric, namespace: 'shop', workload, workload_type: 'deployment' }, samples };
}

function span(service: string, change: Partial<Span>): Span {
  return {
    traceId: 't',
    spanId: service,
    parentSpanId: null,
    service,
    name: 'GET /',
    kind: 'server',
    start: NOW - MINUTE,
    durationMs: 10,
    error: false,
    statusMessage: '',
    attributes: {},
    resource: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': service },
    ...change,
  };
}

function suspectsOf(input: Partial<SnapshotInput>): string[] {
  const snapshot = buildSnapshot({ ...emptyInput(NOW), ...input });
  return telemetrySuspects(snapshot, ONSET).map(({ subject, terms: [first] }) => `${subject.name} ${first?.name}`);
}

describe('telemetrySuspects', () => {
  it('puts who uses more before who is merely asked more, and leaves out who starves', () => {
    const metrics = [
      series('workload:cpu_usage:cores', 'cart', (after) => (after ? 0.9 : 0.2)),
      series('workload:request_rate:rate', 'front', (after) => (after ? 90 : 20)),
      series('workload:cpu_usage:cores', 'orders', (after) => (after ? 0.02 : 0.4)),
      series('workload:memory:bytes', 'calm', () => 2e8),
    ];
    expect(suspectsOf({ metrics })).toEqual(['cart resource', 'front load']);
  });

  it('blames whom errors begin in, not who passes them on', () => {
    const traces = Array.from({ length: 6 }, (_, index) => index).flatMap((index) => {
      const traceId = `t${index}`;
      const error = index > 2;
      const start = NOW - (6 - index) * MINUTE;
      return [
        span('front', { traceId, error, start, durationMs: 12 }),
        span('stock', { traceId, parentSpanId: 'front', error, start: start + 1, durationMs: 8 }),
      ];
    });
    expect(suspectsOf({ traces })).toEqual(['stock error-origin']);
  });

  it('believes a program about itself more than about others', () => {
    const logs = [
      ['own', 'ERROR IllegalStateException: basket has no owner'],
      ['other', 'ERROR cannot reach stock: connection refused'],
    ].map(([pod = '', line]) => {
      const digester = new LogDigester({ namespace: 'shop', pod, container: 'main', previous: false });
      digester.push(`${new Date(ONSET - 5 * MINUTE).toISOString()} INFO ready`);
      for (let index = 0; index < 6; index++)
        digester.push(`${new Date(ONSET + index * MINUTE).toISOString()} ${line}`);
      return digester.finish();
    });
    expect(suspectsOf({ logs })).toEqual(['own new-errors', 'other new-errors']);
  });

  it('names nobody when nothing says since when', () => {
    const snapshot = buildSnapshot({ ...emptyInput(NOW), metrics: [series('workload:memory:bytes', 'calm', () => 1)] });
    expect(telemetrySuspects(snapshot)).toEqual([]);
  });
});
