import { AppError } from '@headwater/core/errors.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import type { MetricsReader } from '../ports/telemetry.ts';
import { CATALOG } from '@headwater/diagnosis/metrics/catalog.ts';
import { wholeScope } from './metric-scope.ts';
import { metricsWindow, QUERY_BUDGET, readMetrics } from './read-metrics.ts';
import { isNamespace } from './refusals.ts';

const WINDOW = { from: 0, to: 60 * MINUTE };

function reader(
  answer: (query: string) => Awaited<ReturnType<MetricsReader['range']>>,
): MetricsReader & { readonly asked: { query: string; step: number }[] } {
  const asked: { query: string; step: number }[] = [];
  return {
    asked,
    range: (query, _, step) => {
      asked.push({ query, step });
      return new Promise((resolve) => resolve(answer(query)));
    },
    close: () => Promise.resolve(),
  };
}

describe('readMetrics', () => {
  it('asks for workload metrics of its namespaces and for platform metrics of all, by name', async () => {
    const metrics = reader((query) => ({
      state: 'read',
      items: query.includes('|up|') ? [{ labels: { __name__: 'up' }, samples: [[0, 1]] }] : [],
      cut: null,
    }));
    const read = await readMetrics(metrics, wholeScope(['shop', 'a.b']), WINDOW);
    expect(read).toEqual({ metrics: [{ labels: { __name__: 'up' }, samples: [[0, 1]] }], gaps: [] });
    const scoped = metrics.asked.filter(({ query }) => query.includes('namespace=~'));
    expect(scoped.length).toBeGreaterThan(0);
    expect(metrics.asked.length).toBeGreaterThan(scoped.length);
    expect(scoped[0]?.query).toMatch(/^\{__name__=~"[\w:|]+",namespace=~"shop\|a\\\\\.b\|"\}$/);
    expect(metrics.asked.length).toBeLessThanOrEqual(QUERY_BUDGET);
    expect(new Set(metrics.asked.map(({ step }) => step))).toEqual(new Set([15]));
  });

  it('asks only for what the server has, by the labels it has, and reads the rule of the alert first', async () => {
    const metrics = {
      ...reader(() => ({
        state: 'read',
        items: [{ labels: { __name__: 'x', pod: 'a' }, samples: [[0, 1]] }],
        cut: null,
      })),
      names: () =>
        Promise.resolve({
          state: 'read' as const,
          items: ['container_memory_working_set_bytes', 'calls_total', 'checkout_requests_total', 'go_goroutines'],
          cut: null,
        }),
      labels: () =>
        Promise.resolve({ state: 'read' as const, items: ['service_name', 'service_namespace'], cut: null }),
    };
    const scope = {
      namespaces: ['shop'],
      pods: { namespaces: ['shop', 'batch'], names: ['cart-', 'job-1'] },
      nodes: null,
      expressions: [{ alertname: 'Slow', expression: 'rate(x[5m])' }],
    };
    const read = await readMetrics(metrics, scope, WINDOW);
    expect(metrics.asked.map(({ query }) => query)).toEqual([
      'rate(x[5m])',
      '{__name__=~"checkout_requests_total",namespace=~"shop|"}',
      '{__name__=~"container_memory_working_set_bytes",namespace=~"shop|batch|",pod=~"cart-.*|job-1|"}',
      '{__name__=~"calls_total",service_namespace=~"shop|"}',
    ]);
    expect(read.metrics[0]?.labels).toEqual({
      __name__: 'headwater:alert_expression',
      alertname: 'Slow',
      expression: 'rate(x[5m])',
      pod: 'a',
    });
  });

  it('never asks more than its budget, however many rules there are, and leaves out series beyond its bound', async () => {
    const expressions = Array.from({ length: 30 }, (_, index) => ({ alertname: `A${index}`, expression: `x${index}` }));
    const items = Array.from({ length: 6_010 }, (_, index) => ({
      labels: { __name__: 'up', i: `${index}` },
      samples: [],
    }));
    const metrics = reader((query) => ({ state: 'read', items: query.includes('|up|') ? items : [], cut: null }));
    const read = await readMetrics(metrics, { ...wholeScope(['shop']), expressions }, WINDOW);
    expect(metrics.asked).toHaveLength(QUERY_BUDGET);
    expect(metrics.asked.filter(({ query }) => query.startsWith('{') || query.startsWith('sum'))).toHaveLength(
      CATALOG.length,
    );
    expect(read.metrics).toHaveLength(6_000);
    expect(read.gaps.map(({ statement }) => statement)).toEqual([
      'Cut: 10 series of the query for platform were left out',
    ]);
  });

  it('says once what is refused, cut, or called malformed, and goes on', async () => {
    expect(
      (
        await readMetrics(
          reader(() => ({ state: 'forbidden', message: '403' })),
          wholeScope([]),
          WINDOW,
        )
      ).gaps.map(({ statement }) => statement),
    ).toEqual(['Metrics may not be read: 403']);
    expect(
      (
        await readMetrics(
          reader(() => ({ state: 'read', items: [], cut: 'too many' })),
          wholeScope([]),
          WINDOW,
        )
      ).gaps.map(({ statement }) => statement),
    ).toEqual(['Cut: too many']);
    const refusing = reader(() => {
      throw new AppError('invalid', 'the query hits too many series');
    });
    expect((await readMetrics(refusing, wholeScope([]), WINDOW)).gaps.map(({ statement }) => statement)).toEqual([
      'Metrics could not be read: the query hits too many series',
    ]);
  });

  it('lets a defect of ours through', async () => {
    const broken = reader(() => {
      throw new TypeError('oops');
    });
    await expect(readMetrics(broken, wholeScope([]), WINDOW)).rejects.toThrow(TypeError);
  });

  it('reaches back before the first alert, and at least 45 minutes', () => {
    const now = 1_000 * MINUTE;
    expect(metricsWindow(now, null)).toEqual({ from: now - 45 * MINUTE, to: now });
    expect(metricsWindow(now, now - 120 * MINUTE).from).toBe(now - 150 * MINUTE);
  });
});

describe('isNamespace', () => {
  it('keeps foreign text out of queries', () => {
    expect(['shop', 'a-1', 'x'].every(isNamespace)).toBe(true);
    expect(['', 'a"} or up{x="', 'A', '-a', 'a.*', 'a'.repeat(64)].some(isNamespace)).toBe(false);
  });
});
