import { describe, expect, it } from 'vitest';
import { alertExpressions, measuredPart } from './alert-expression.ts';

describe('measuredPart', () => {
  it.each([
    ['rate(x[5m]) > 0.5', 'rate(x[5m])'],
    ['sum by (pod) (rate(a{b=">="}[1m])) / 60 * 100 >= 5', 'sum by (pod) (rate(a{b=">="}[1m])) / 60 * 100'],
    ['(a / b) > 0.9 and b > 10', 'a / b'],
    ['(a > 1) and on (pod) (b > 2)', 'a'],
    ['(a) / (b) < 0.1', '(a) / (b)'],
    ['up{job="x"} == 0', 'up{job="x"}'],
    ['absent(up{job="x"})', 'absent(up{job="x"})'],
    [
      'histogram_quantile(0.99, sum by (le) (rate(d_bucket{code!~"5.."}[5m]))) > 1',
      'histogram_quantile(0.99, sum by (le) (rate(d_bucket{code!~"5.."}[5m])))',
    ],
    ['land_total > 4', 'land_total'],
  ])('of %s is %s', (expression, measured) => {
    expect(measuredPart(expression)).toBe(measured);
  });

  it.each(['', '5 < rate(x[5m])', 'sum(', '(a]) > 1', '"open'])('of %s is nothing', (expression) => {
    expect(measuredPart(expression)).toBeNull();
  });
});

describe('alertExpressions', () => {
  const alert = (alertname: string, generatorUrl: string, startsAt: number) => ({
    fingerprint: alertname,
    status: 'firing' as const,
    labels: { alertname },
    annotations: {},
    startsAt,
    endsAt: null,
    generatorUrl,
  });

  it('reads the rule from the address, the earliest alert first, each rule once', () => {
    const found = alertExpressions([
      alert('Late', 'http://p/graph?g0.expr=b+%3E+1&g0.tab=1', 20),
      alert('Early', '/graph?g0.expr=rate%28a%5B5m%5D%29+%3E+1', 10),
      alert('Late', 'http://p/graph?g0.expr=c+%3E+1', 30),
      alert('None', 'http://grafana/alerting/grafana/x/view', 5),
    ]);
    expect(found).toEqual([
      { alertname: 'Early', expression: 'rate(a[5m])' },
      { alertname: 'Late', expression: 'b' },
    ]);
  });
});
