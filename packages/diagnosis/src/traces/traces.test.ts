import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkEvidence } from '../checker/claims.ts';
import { citeSpan, citeSpanStats } from '../evidence/cite-traces.ts';
import { signalsOf } from '../metrics/signals.ts';
import type { Span } from '../snapshot/input.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { observedCalls } from './edges.ts';
import { factsOf, selfTime } from './facts.ts';
import { selectSpans } from './select.ts';
import { ochiai } from './spectrum.ts';

const T0 = Date.parse('2026-03-01T09:00:00Z');

/** One request: web calls cart, cart calls an uninstrumented redis. */
function request(at: number, { trace = `t${at}`, gap = 2, redis = 5, failed = false } = {}): Partial<Span>[] {
  const start = T0 + at * 1000;
  const resource = { 'k8s.namespace.name': 'shop' };
  return [
    {
      traceId: trace,
      spanId: 'a',
      service: 'web',
      name: 'GET /',
      kind: 'server',
      start,
      durationMs: 40,
      error: failed,
      resource,
    },
    {
      traceId: trace,
      spanId: 'b',
      parentSpanId: 'a',
      service: 'web',
      name: 'cart.Get',
      kind: 'client',
      start: start + 5,
      durationMs: 20 + gap,
      error: failed,
      resource,
    },
    {
      traceId: trace,
      spanId: 'c',
      parentSpanId: 'b',
      service: 'cart',
      name: 'cart.Get',
      kind: 'server',
      start: start + 6,
      durationMs: 20,
      error: failed,
      resource,
    },
    {
      traceId: trace,
      spanId: 'd',
      parentSpanId: 'c',
      service: 'cart',
      name: 'GET',
      kind: 'client',
      start: start + 8,
      durationMs: redis,
      error: failed,
      statusMessage: failed ? 'i/o timeout' : '',
      attributes: { 'server.address': 'redis.shop.svc.cluster.local', 'db.system': 'redis' },
      resource,
    },
  ];
}

const OBJECTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'redis', namespace: 'shop' },
    spec: { template: { metadata: { labels: { app: 'redis' } } } },
  },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', namespace: 'shop' } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } },
];

function snapshotOf(traces: readonly Partial<Span>[]) {
  return buildSnapshot(fixtureInput({ now: '2026-03-01T10:00:00Z', objects: OBJECTS, traces }));
}

describe('span facts', () => {
  it('gives self time, network time and where an error began', () => {
    const snapshot = snapshotOf(request(0, { gap: 7, failed: true }));
    const facts = factsOf(snapshot);
    const of = (id: string) => facts.of(snapshot.traces.get('t0', id)!)!;
    expect(of('a').selfMs).toBe(40 - 27);
    expect(of('b')).toMatchObject({ gapMs: 7, errorOrigin: false });
    expect(of('c').selfMs).toBe(15);
    expect(of('d')).toMatchObject({ errorOrigin: true, gapMs: null });
  });

  it('never counts overlapping children twice and stays within the span', () => {
    const child = fc.record({ start: fc.nat(200), durationMs: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(child, { maxLength: 8 }), fc.nat(100), (children, length) => {
        const span = { start: 50, durationMs: length, kind: 'server' } as Span;
        const own = selfTime(span, children as Span[]);
        expect(own).toBeGreaterThanOrEqual(0);
        expect(own).toBeLessThanOrEqual(length);
        expect(selfTime(span, [...children, ...children] as Span[])).toBe(own);
      }),
    );
  });
});

describe('observedCalls', () => {
  it('finds calls between services and to what left no span of its own', () => {
    const calls = observedCalls(snapshotOf([...request(0), ...request(1)]));
    expect(calls.map(({ from, to, spans }) => [from.name, to.name, spans])).toEqual([
      ['cart', 'redis', 2],
      ['web', 'cart', 2],
    ]);
    expect(calls[0]?.cite()[0]?.text).toContain('client span');
  });
});

it('takes edges that metrics counted once, and none that never moved', () => {
  const edge = (client: string, server: string, value: number) => ({
    name: 'traces_service_graph_request_total',
    labels: { client, server, namespace: 'shop' },
    values: [value],
  });
  const snapshot = buildSnapshot(
    fixtureInput({ objects: OBJECTS, metrics: [edge('web', 'cart', 1), edge('web', 'redis', 0)] }),
  );
  const calls = observedCalls(snapshot);
  expect(calls.map(({ from, to }) => [from.name, to.name])).toEqual([['web', 'cart']]);
  expect(checkEvidence(snapshot, calls[0]!.cite()[0]!)).toBeNull();
});

describe('signals from traces', () => {
  it('fills in what no metric says', () => {
    const snapshot = snapshotOf(
      Array.from({ length: 300 }, (_, at) => request(at, { gap: at < 150 ? 2 : 400 })).flat(),
    );
    const signals = signalsOf(snapshot);
    const web = { kind: 'Deployment', namespace: 'shop', name: 'web' };
    const cart = { kind: 'Deployment', namespace: 'shop', name: 'cart' };
    expect(signals.of('latency', web)?.samples[0]?.[1]).toBeCloseTo(0.04);
    expect(signals.of('self-time', cart)?.samples[0]?.[1]).toBeCloseTo(0.015);
    expect(signals.of('request-rate', cart)?.samples[5]?.[1]).toBeCloseTo(1, 0);
    expect(signals.of('network-time', web, cart)?.samples.at(-1)?.[1]).toBeCloseTo(0.4);
    expect(
      signals.of('call-latency', cart, { kind: 'StatefulSet', namespace: 'shop', name: 'redis' })?.samples[0]?.[1],
    ).toBeCloseTo(0.005);
  });
});

describe('citeSpan and citeSpanStats', () => {
  const snapshot = snapshotOf([...request(0), ...request(60, { failed: true })]);

  it('say what a span did and how many fared so', () => {
    expect(citeSpan(snapshot.traces.get('t60', 'd')!).text).toBe(
      'client span GET of cart took 5ms and failed (i/o timeout); db.system=redis, server.address=redis.shop.svc.cluster.local',
    );
    expect(citeSpanStats(snapshot, { service: 'cart', kind: 'server' }).text).toBe(
      '1 of 2 spans failed (50%) where service is cart, kind is server; median 20ms, p95 20ms',
    );
  });

  it('are caught when altered', () => {
    for (const evidence of [
      citeSpan(snapshot.traces.all[0]!),
      citeSpanStats(snapshot, { service: 'cart', from: T0, to: T0 + 30_000 }),
    ]) {
      expect(checkEvidence(snapshot, evidence)).toBeNull();
      expect(checkEvidence(snapshot, { ...evidence, text: evidence.text.replace(/\d/, '7') })).not.toBeNull();
      expect(checkEvidence(snapshot, { ...evidence, time: '2026-03-01T09:30:00Z' })).not.toBeNull();
      expect(checkEvidence(snapshot, { ...evidence, query: evidence.query.replace(/t0|cart/, 'zz') })).not.toBeNull();
      expect(checkEvidence(snapshot, { ...evidence, query: 'spans:[' })).not.toBeNull();
    }
  });

  it('filters by attribute, of the span before its resource', () => {
    expect(selectSpans(snapshot, { attribute: 'db.system', value: 'redis' })).toHaveLength(2);
    expect(selectSpans(snapshot, { attribute: 'k8s.namespace.name', value: 'shop', kind: 'server' })).toHaveLength(4);
    expect(selectSpans(snapshot, { attribute: 'absent' })).toEqual([]);
  });
});

describe('ochiai', () => {
  it('ranks the feature that only bad runs have first', () => {
    const runs = [
      { bad: true, features: ['tier=gold', 'zone=a'] },
      { bad: true, features: ['tier=gold', 'zone=b'] },
      { bad: false, features: ['tier=free', 'zone=a'] },
      { bad: false, features: ['tier=free', 'zone=b'] },
    ];
    expect(ochiai(runs)[0]).toEqual({ feature: 'tier=gold', bad: 2, good: 0, score: 1 });
  });

  it('stays between 0 and 1', () => {
    const run = fc.record({ bad: fc.boolean(), features: fc.array(fc.nat(4), { maxLength: 4 }) });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 30 }), (runs) => {
        for (const { score } of ochiai(runs)) expect(score >= 0 && score <= 1).toBe(true);
      }),
    );
  });
});
