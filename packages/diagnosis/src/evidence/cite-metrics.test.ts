import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClaim, checkEvidence } from '../checker/claims.ts';
import { shiftOf } from '../metrics/shifts.ts';
import { signalsOf } from '../metrics/signals.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { citeSeries, citeShift, citeSignal } from './cite-metrics.ts';
import { downsample, MAX_POINTS } from './downsample.ts';

const CHECKOUT = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const VALUES = [
  ...Array.from({ length: 60 }, (_, at) => 0.005 + (at % 3) / 10_000),
  ...Array.from({ length: 30 }, (_, at) => 0.064 + (at % 3) / 1000),
];
const snapshot = buildSnapshot(
  fixtureInput({
    metrics: [
      { name: 'workload:latency_p95:seconds', labels: { namespace: 'shop', workload: 'checkout' }, values: VALUES },
    ],
  }),
);

function latency() {
  const signal = signalsOf(snapshot).of('tail-latency', CHECKOUT);
  if (!signal) throw new Error('no signal');
  return signal;
}

function shift() {
  const found = shiftOf(latency());
  if (!found) throw new Error('no shift');
  return found;
}

describe('citeSignal', () => {
  it('says both levels, when they parted, how many times and from what', () => {
    const { text, series } = citeShift(shift());
    expect(text).toBe(
      'tail latency of Deployment shop/checkout: median 5.1ms before 2026-03-01T09:45:30Z, 65ms since (13 times), last 66ms; 60 and 30 samples (from workload:latency_p95:seconds)',
    );
    expect(series?.samples.length).toBeLessThanOrEqual(MAX_POINTS);
  });

  it('holds as a claim with the numbers people read', () => {
    const claim = {
      statement: 'tail latency of Deployment shop/checkout rose from 5.1ms to 65ms, 13 times',
      subjects: [CHECKOUT],
      evidence: [citeShift(shift())],
    };
    expect(checkClaim(snapshot, claim)).toEqual([]);
    expect(checkClaim(snapshot, { ...claim, statement: 'tail latency rose from 5.1ms to 90ms' })).not.toEqual([]);
  });

  it('is caught when value, time, place or samples are altered', () => {
    for (const evidence of [
      citeShift(shift()),
      citeSignal(latency()),
      citeSeries(snapshot.metrics.all[0]!),
      citeSeries(snapshot.metrics.all[0]!, { split: snapshot.now }),
    ]) {
      expect(checkEvidence(snapshot, evidence)).toBeNull();
      for (const altered of corruptions(evidence))
        expect(checkEvidence(snapshot, altered), JSON.stringify(altered)).not.toBeNull();
    }
  });

  it('survives any single changed character of its query without being believed', () => {
    const evidence = citeShift(shift());
    fc.assert(
      fc.property(fc.nat(evidence.query.length - 1), fc.constantFrom('x', '9', ':', '/', '@'), (at, letter) => {
        const query = evidence.query.slice(0, at) + letter + evidence.query.slice(at + 1);
        if (query !== evidence.query) expect(checkEvidence(snapshot, { ...evidence, query })).not.toBeNull();
      }),
    );
  });
});

function corruptions(evidence: Evidence): Evidence[] {
  const { series } = evidence;
  const [first, ...rest] = series?.samples ?? [];
  return [
    { ...evidence, text: evidence.text.replace(/\d/, '7') },
    { ...evidence, time: '2026-03-01T09:00:00Z' },
    { ...evidence, query: evidence.query.replace('checkout', 'payments') },
    { ...evidence, query: evidence.query.replace(/now|split@\d+/, 'split@1') },
    ...(series && first
      ? [{ ...evidence, series: { ...series, samples: [[first[0], first[1] + 1] as [number, number], ...rest] } }]
      : []),
    ...(series ? [{ ...evidence, series: { ...series, labels: { ...series.labels, namespace: 'other' } } }] : []),
  ];
}

describe('downsample', () => {
  it('keeps at most forty points, in order, and the spike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(2999), (count, at) => {
        const kept = downsample(Array.from({ length: count }, (_, index) => [index, index === at ? 900 : 5] as const));
        expect(kept.length).toBeLessThanOrEqual(MAX_POINTS);
        expect(kept.map(([time]) => time)).toEqual(kept.map(([time]) => time).sort((left, right) => left - right));
        if (at < count && count > 2) expect(kept.some(([, value]) => value === 900)).toBe(true);
      }),
    );
  });
});
