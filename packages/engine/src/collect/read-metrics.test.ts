import { AppError } from '@headwater/core/errors.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import type { MetricsReader } from '../ports/telemetry.ts';
import { metricsWindow, readMetrics } from './read-metrics.ts';
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
    const read = await readMetrics(metrics, ['shop', 'a.b'], WINDOW);
    expect(read).toEqual({ metrics: [{ labels: { __name__: 'up' }, samples: [[0, 1]] }], gaps: [] });
    const scoped = metrics.asked.filter(({ query }) => query.includes('namespace=~'));
    expect(scoped.length).toBeGreaterThan(0);
    expect(metrics.asked.length).toBeGreaterThan(scoped.length);
    expect(scoped[0]?.query).toMatch(/^\{__name__=~"[\w:|]+",namespace=~"shop\|a\\\\\.b"\}$/);
    expect(new Set(metrics.asked.map(({ step }) => step))).toEqual(new Set([15]));
  });

  it('says once what is refused, cut, or called malformed, and goes on', async () => {
    expect(
      (
        await readMetrics(
          reader(() => ({ state: 'forbidden', message: '403' })),
          [],
          WINDOW,
        )
      ).gaps.map(({ statement }) => statement),
    ).toEqual(['Metrics may not be read: 403']);
    expect(
      (
        await readMetrics(
          reader(() => ({ state: 'read', items: [], cut: 'too many' })),
          [],
          WINDOW,
        )
      ).gaps.map(({ statement }) => statement),
    ).toEqual(['Cut: too many']);
    const refusing = reader(() => {
      throw new AppError('invalid', 'the query hits too many series');
    });
    expect((await readMetrics(refusing, [], WINDOW)).gaps.map(({ statement }) => statement)).toEqual([
      'Metrics could not be read: the query hits too many series',
    ]);
  });

  it('lets a defect of ours through', async () => {
    const broken = reader(() => {
      throw new TypeError('oops');
    });
    await expect(readMetrics(broken, [], WINDOW)).rejects.toThrow(TypeError);
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
