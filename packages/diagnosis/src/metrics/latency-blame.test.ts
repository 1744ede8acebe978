import { fixtureInput, type FixtureContent } from '@headwater/testkit/fixture-snapshot.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { incidentOnset } from './incident-onset.ts';
import { slowWorkloads } from './latency-blame.ts';

type Metrics = NonNullable<FixtureContent['metrics']>;

const CALLS = [
  ['web', 'cart'],
  ['web', 'pay'],
  ['cart', 'db'],
] as const;

function step(workload: string, from: number, to: number): Metrics[number] {
  return {
    name: 'workload:latency_p50:seconds',
    labels: { namespace: 'shop', workload },
    values: [`30 x ${from}`, `20 x ${to}`],
  };
}

function snapshotOf(metrics: Metrics, rest: FixtureContent = {}) {
  const calls = CALLS.map(([client, server]) => ({
    name: 'traces_service_graph_request_total',
    labels: { client, server, namespace: 'shop' },
    values: ['50 x 0 + 60'],
  }));
  const objects = ['web', 'cart', 'pay', 'db'].map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
  }));
  return buildSnapshot(fixtureInput({ objects, metrics: [...metrics, ...calls], ...rest }));
}

const ranking = (metrics: Metrics) => slowWorkloads(snapshotOf(metrics)).map(({ subject }) => subject.name);

describe('slowWorkloads', () => {
  it('blames the deepest of a slow chain', () => {
    const metrics = [
      step('web', 0.02, 0.45),
      step('cart', 0.01, 0.43),
      step('db', 0.004, 0.42),
      step('pay', 0.01, 0.01),
    ];
    expect(ranking(metrics)[0]).toBe('db');
    expect(
      slowWorkloads(snapshotOf(metrics))[0]
        ?.explains.map(({ name }) => name)
        .sort(),
    ).toEqual(['cart', 'web']);
  });

  it('blames the middle when what is below is as fast as ever', () => {
    expect(ranking([step('web', 0.02, 0.45), step('cart', 0.01, 0.43), step('db', 0.004, 0.004)])[0]).toBe('cart');
  });

  it('does not let a caller of several calls beat the slow callee', () => {
    const rate = (workload: string, value: number) => ({
      name: 'workload:request_rate:rate',
      labels: { namespace: 'shop', workload },
      values: [`50 x ${value}`],
    });
    expect(
      ranking([
        step('web', 0.02, 2.5),
        step('cart', 0.01, 0.6),
        step('db', 0.004, 0.004),
        rate('web', 10),
        rate('cart', 40),
      ])[0],
    ).toBe('cart');
  });

  it('blames a caller whose own time dwarfs a little slowness below', () => {
    expect(ranking([step('web', 0.02, 9), step('cart', 0.01, 0.03), step('db', 0.004, 0.02)])[0]).toBe('web');
  });

  it('says nothing about services that got faster, a little slower, or well again', () => {
    expect(ranking([step('web', 0.4, 0.1), step('cart', 0.1, 0.13)])).toEqual([]);
    const healed = { ...step('web', 0, 0), values: ['25 x 0.02', '20 x 0.9', '10 x 0.02'] };
    expect(ranking([healed])).toEqual([]);
  });

  it('still sees a service whose answers stopped coming', () => {
    const labels = { namespace: 'shop', workload: 'cart' };
    const stalled = [
      { name: 'workload:latency_p50:seconds', labels, values: ['30 x 0.01', '14 x 4', '6 x 0.002'] },
      { name: 'workload:request_rate:rate', labels, values: ['30 x 40', '20 x 0.5'] },
    ];
    expect(ranking(stalled)).toEqual(['cart']);
  });

  it('ranks whatever the order of the series', () => {
    const metrics = [step('web', 0.02, 0.45), step('cart', 0.01, 0.43), step('db', 0.004, 0.42)];
    fc.assert(
      fc.property(fc.shuffledSubarray(metrics, { minLength: 3 }), (shuffled) => {
        expect(ranking(shuffled)).toEqual(ranking(metrics));
      }),
    );
  });
});

it('does not compare sampled edge counts with unsampled request rates', () => {
  const rate = (workload: string) => ({
    name: 'workload:request_rate:rate',
    labels: { namespace: 'shop', workload },
    values: ['50 x 400'],
  });
  // The service graph saw two calls a second of four hundred: taken as a ratio, nobody would call anybody.
  const metrics = [
    step('web', 0.02, 0.45),
    step('cart', 0.01, 0.43),
    step('db', 0.004, 0.42),
    ...['web', 'cart', 'db'].map(rate),
  ];
  expect(ranking(metrics)[0]).toBe('db');
});

it('tells a delayed caller, whose calls and answers both wait, from its delayed callee', () => {
  // One second each way at cart: db seems one second slower to it, cart two to web.
  expect(ranking([step('web', 0.02, 2.03), step('cart', 0.01, 2.01), step('db', 0.004, 1.0)])[0]).toBe('cart');
  // One second at db: cart and web wait for just that.
  expect(ranking([step('web', 0.02, 1.03), step('cart', 0.01, 1.01), step('db', 0.004, 1.0)])[0]).toBe('db');
});

describe('incidentOnset', () => {
  const alert = {
    labels: { alertname: 'HighRequestLatency', namespace: 'shop', service_name: 'web' },
    startsAt: '2026-03-01T09:55:00Z',
  };

  it('is when the series changed, not when the alert fired', () => {
    const onset = incidentOnset(snapshotOf([step('web', 0.02, 0.45), step('cart', 0.01, 0.43)], { alerts: [alert] }));
    expect(new Date(onset?.time ?? 0).toISOString()).toBe('2026-03-01T09:50:30.000Z');
    expect(onset?.evidence.text).toContain('median latency of Deployment shop/web');
  });

  it('is when what the rule of the alert measures changed, before any other series', () => {
    const rule = {
      name: 'headwater:alert_expression',
      labels: { alertname: 'HighRequestLatency', expression: 'latency', service_name: 'web' },
      values: ['26 x 0.1', '24 x 0.9'],
    };
    const other = { ...rule, labels: { ...rule.labels, service_name: 'cart' }, values: ['20 x 0.1', '30 x 0.9'] };
    const onset = incidentOnset(snapshotOf([step('web', 0.02, 0.45), rule, other], { alerts: [alert] }));
    expect(new Date(onset?.time ?? 0).toISOString()).toBe('2026-03-01T09:48:30.000Z');
    expect(onset?.evidence.text).toContain('service_name="web"');
  });

  it('is null when nothing changed', () => {
    expect(incidentOnset(snapshotOf([step('web', 0.02, 0.02)], { alerts: [alert] }))).toBeNull();
  });

  it('leaves out what changed after the alert', () => {
    const late = { ...step('web', 0, 0), values: ['42 x 0.02', '8 x 0.9'] };
    expect(incidentOnset(snapshotOf([late], { alerts: [{ ...alert, startsAt: '2026-03-01T09:40:00Z' }] }))).toBeNull();
  });
});
