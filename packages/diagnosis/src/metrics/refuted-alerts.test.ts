import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { isRefuted } from './refuted-alerts.ts';

const NOW = '2026-03-01T10:00:00Z';
const FIRED = '2026-03-01T09:45:00Z';
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } } } },
};

function refuted(alertname: string, options: { minutes?: number; ratio: (minute: number) => number }): boolean {
  const { minutes = 60, ratio } = options;
  const end = parseTime(NOW) ?? 0;
  const totals = { ok: 1_000, bad: 10 };
  const samples = Array.from({ length: minutes }, (_, index) => {
    const time = end - (minutes - 1 - index) * MINUTE;
    const share = ratio(index - minutes + 1);
    totals.ok += 600 * (1 - share);
    totals.bad += 600 * share;
    return { time, ...totals };
  });
  const labels = { namespace: 'shop', service: 'web' };
  const series = (code: string, pick: (sample: (typeof samples)[number]) => number) => ({
    labels: { __name__: 'http_requests_total', ...labels, code },
    samples: samples.map((sample) => [sample.time, pick(sample)] as const),
  });
  const snapshot = buildSnapshot({
    ...fixtureInput({
      now: NOW,
      objects: [deployment],
      alerts: [{ labels: { alertname, ...labels }, startsAt: FIRED }],
    }),
    metrics: [series('200', ({ ok }) => ok), series('500', ({ bad }) => bad)],
  });
  const [alert] = snapshot.alerts;
  return alert !== undefined && isRefuted(snapshot, alert);
}

describe('metrics/refuted-alerts', () => {
  it('contradicts an alert on errors that were measured and never rose', () => {
    expect(refuted('HighErrorRate', { ratio: () => 0.001 })).toBe(true);
  });

  it('believes an alert whose errors rose, or have always been many', () => {
    expect(refuted('HighErrorRate', { ratio: (minute) => (minute > -20 ? 0.4 : 0.001) })).toBe(false);
    expect(refuted('HighErrorRate', { ratio: () => 0.2 })).toBe(false);
  });

  it('says nothing without a baseline, or of what these metrics do not measure', () => {
    expect(refuted('HighErrorRate', { minutes: 18, ratio: () => 0.001 })).toBe(false);
    expect(refuted('HighLatency', { ratio: () => 0.001 })).toBe(false);
    expect(refuted('PaidOrdersLow', { ratio: () => 0.001 })).toBe(false);
  });
});
