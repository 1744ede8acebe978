import { describe, expect, it } from 'vitest';
import { evaluate, evaluateRange } from './evaluate.ts';
import { parsePromQL } from './parser.ts';
import type { SeriesStore } from './select.ts';

const MINUTE = 60_000;

function series(labels: Record<string, string>, values: readonly number[]): SeriesStore[number] {
  return { labels, samples: values.map((value, index) => [index * MINUTE, value] as const) };
}

const store: SeriesStore = [
  series({ __name__: 'http_requests_total', job: 'api', code: '200' }, [0, 60, 120, 180, 240, 300]),
  series({ __name__: 'http_requests_total', job: 'api', code: '500' }, [0, 0, 6, 12, 0, 6]),
  series({ __name__: 'up', job: 'api' }, [1, 1, 1, 1, 1, 0]),
  series({ __name__: 'up', job: 'db' }, [1, 1, 1, 1, 1, 1]),
  series({ __name__: 'latency_bucket', le: '0.1' }, [50, 50, 50, 50, 50, 50]),
  series({ __name__: 'latency_bucket', le: '0.5' }, [90, 90, 90, 90, 90, 90]),
  series({ __name__: 'latency_bucket', le: '+Inf' }, [100, 100, 100, 100, 100, 100]),
];
const END = 5 * MINUTE;

function ask(query: string, time = END): [Record<string, string>, number][] {
  const value = evaluate(parsePromQL(query), store, time);
  if (value.type === 'scalar') return [[{}, value.value]];
  if (value.type !== 'vector') throw new Error(value.type);
  return value.samples.map(({ labels, value: sample }) => [{ ...labels }, Number(sample.toPrecision(6))]);
}

describe('replay/prometheus/promql', () => {
  it.each<[string, [Record<string, string>, number][]]>([
    ['1 + 2 * 3 ^ 2', [[{}, 19]]],
    ['-2 ^ 2', [[{}, -4]]],
    ['up{job="db"}', [[{ __name__: 'up', job: 'db' }, 1]]],
    ['up{job!~"d.*"}', [[{ __name__: 'up', job: 'api' }, 0]]],
    ['up{job="api"} offset 1m', [[{ __name__: 'up', job: 'api' }, 1]]],
    ['rate(http_requests_total{code="200"}[5m])', [[{ job: 'api', code: '200' }, 1]]],
    ['increase(http_requests_total{code="200"}[5m])', [[{ job: 'api', code: '200' }, 300]]],
    ['irate(http_requests_total{code="200"}[2m])', [[{ job: 'api', code: '200' }, 1]]],
    ['sum by (job) (http_requests_total)', [[{ job: 'api' }, 306]]],
    ['sum without (code) (http_requests_total)', [[{ job: 'api' }, 306]]],
    ['count(up)', [[{}, 2]]],
    ['avg(up)', [[{}, 0.5]]],
    ['up == 0', [[{ __name__: 'up', job: 'api' }, 0]]],
    ['up{job="api"} == bool 0', [[{ job: 'api' }, 1]]],
    ['max_over_time(http_requests_total{code="500"}[3m])', [[{ job: 'api', code: '500' }, 12]]],
    ['avg_over_time(up{job="api"}[1m])', [[{ job: 'api' }, 0.5]]],
    ['http_requests_total{code="500"} / on (job) http_requests_total{code="200"}', [[{ job: 'api' }, 0.02]]],
    ['histogram_quantile(0.9, latency_bucket)', [[{}, 0.5]]],
    ['histogram_quantile(0.5, latency_bucket)', [[{}, 0.1]]],
    ['histogram_quantile(0.99, latency_bucket)', [[{}, 0.5]]],
  ])('%s', (query, expected) => {
    expect(ask(query)).toEqual(expected);
  });

  it('counts a reset of a counter as a new start', () => {
    const [result] = ask('increase(http_requests_total{code="500"}[3m])');
    expect(result?.[1]).toBeCloseTo(12, 5);
  });

  it('looks back five minutes and no further', () => {
    expect(ask('up{job="db"}', END + 5 * MINUTE)).toHaveLength(1);
    expect(ask('up{job="db"}', END + 5 * MINUTE + 1)).toHaveLength(0);
  });

  it('answers a range step by step', () => {
    const result = evaluateRange(parsePromQL('up{job="api"}'), store, { start: 4 * MINUTE, end: END, step: 30_000 });
    expect(result[0]?.points).toEqual([
      [4 * MINUTE, 1],
      [4.5 * MINUTE, 1],
      [END, 0],
    ]);
  });

  it.each([
    ['topk(3, up)', 'the aggregation "topk" is not supported in replay'],
    ['up and up', 'the operator "and" is not supported in replay'],
    ['rate(up[5m:1m])', 'a subquery is not supported in replay'],
    ['up @ 5', 'the @ modifier is not supported in replay'],
    ['label_replace(up, "a", "b", "c", "d")', 'the function "label_replace" is not supported in replay'],
    ['up * on (job) group_left up', '"group_left" is not supported in replay'],
    ['', '1:1: parse error: no expression found in input'],
    ['up{job=}', '1:8: parse error: expected a quoted label value, found "}"'],
    ['sum(up', '1:7: parse error: expected ")", found end of input'],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['rate(up)', 'rate expects one range vector such as metric[5m]'],
  ])('refuses %s', (query, message) => {
    expect(() => evaluate(parsePromQL(query), store, END)).toThrow(message);
  });
});
