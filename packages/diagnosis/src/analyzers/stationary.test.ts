import { fixtureInput, type FixtureContent } from '@headwater/testkit/fixture-snapshot.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClaim } from '../checker/claims.ts';
import { collectFindings, diagnoseSnapshot } from '../reasoning/diagnose.ts';
import { buildSnapshot, type Snapshot } from '../snapshot/snapshot.ts';

type Metrics = NonNullable<FixtureContent['metrics']>;

const WORKLOADS = ['web', 'cart', 'pay', 'stock', 'db'] as const;
const CALLS = [
  ['web', 'cart'],
  ['web', 'pay'],
  ['cart', 'stock'],
  ['stock', 'db'],
  ['pay', 'db'],
] as const;
const LENGTH = 70;

/** A healthy shop on two Nodes: only its series can say that something is wrong. */
const OBJECTS = [
  ...['worker-1', 'worker-2'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { capacity: { cpu: '8' }, conditions: [{ type: 'Ready', status: 'True' }] },
  })),
  ...WORKLOADS.flatMap((name, at) => [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [{ name: 'app', image: `${name}:1`, resources: { limits: { cpu: '500m', memory: '512Mi' } } }],
          },
        },
      },
      status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-1`,
        namespace: 'shop',
        labels: { app: name },
        ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true }],
      },
      spec: { nodeName: at % 2 === 0 ? 'worker-1' : 'worker-2', containers: [{ name: 'app' }] },
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True' }],
        containerStatuses: [{ name: 'app', ready: true, restartCount: 0, state: { running: {} } }],
      },
    },
  ]),
];

/** Ordinary level and ordinary variation (a part of the level) of every signal a workload or Node has. */
const WORKLOAD_LEVELS = {
  'workload:latency_p50:seconds': [0.02, 0.3],
  'workload:latency_p95:seconds': [0.09, 0.5],
  'workload:request_rate:rate': [40, 0.3],
  'workload:error_ratio': [0.004, 1],
  'workload:cpu_usage:cores': [0.2, 0.4],
  'workload:cpu_throttled:seconds': [0.03, 1],
  'workload:memory:bytes': [2e8, 0.2],
  'workload:network_receive:bytes': [4e5, 0.4],
  'workload:network_transmit:bytes': [4e5, 0.4],
  'workload:tcp_retransmits:rate': [0.2, 1],
} as const;
const NODE_LEVELS = {
  'node:cpu_usage:ratio': [0.5, 0.3],
  'node:memory_usage:ratio': [0.6, 0.1],
  'node:tcp_retransmits:rate': [0.3, 1],
  'node:disk_busy:ratio': [0.3, 0.5],
} as const;

type Shape = 'flat' | 'uniform' | 'heavy' | 'bursty' | 'wave';

/** Values around a level, the same for the same seed on every machine. */
function around(level: number, part: number, { seed, shape }: { seed: number; shape: Shape }): number[] {
  let state = (seed * 2654435761) >>> 0 || 1;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  for (let warm = 0; warm < 5; warm++) next();
  return Array.from({ length: LENGTH }, (_, index) => {
    const wild = next();
    if (shape === 'flat') return level;
    if (shape === 'heavy') return level * Math.exp(part * wild * Math.abs(wild) * 2);
    if (shape === 'bursty') return level * (1 + part * wild * 0.3 + (wild > 0.92 ? 6 : 0));
    if (shape === 'wave') return level * (1 + part * Math.sin(index / 4 + seed) * 0.8 + part * wild * 0.2);
    return level * (1 + part * wild);
  }).map((value) => Math.max(0, value));
}

function ordinary(seed: number, shape: Shape): Metrics {
  let place = 0;
  const make = (
    name: string,
    labels: Record<string, string>,
    [level, part]: readonly [number, number],
  ): Metrics[number] => ({
    name,
    labels,
    values: around(level, part, { seed: seed + place++, shape }),
  });
  return [
    ...WORKLOADS.flatMap((workload) =>
      Object.entries(WORKLOAD_LEVELS).map(([name, level]) => make(name, { namespace: 'shop', workload }, level)),
    ),
    ...['worker-1', 'worker-2'].flatMap((node) =>
      Object.entries(NODE_LEVELS).map(([name, level]) => make(name, { node }, level)),
    ),
    ...CALLS.map(([client, server]) => ({
      name: 'traces_service_graph_request_total',
      labels: { client, server, namespace: 'shop' },
      values: [`${LENGTH} x 0 + 60`],
    })),
    {
      name: 'kafka_consumergroup_lag',
      labels: { namespace: 'shop', consumergroup: 'stock', topic: 'orders' },
      values: around(40, 1, { seed: seed + place++, shape }),
    },
    { name: 'up', labels: { job: 'kubelet', instance: 'worker-1' }, values: [`${LENGTH} x 1`] },
  ];
}

/** Replaces the ordinary values of one series. */
function alter(
  metrics: Metrics,
  name: string,
  where: Record<string, string>,
  values: (old: readonly number[]) => readonly number[],
): Metrics {
  return metrics.map((series) =>
    series.name === name && Object.entries(where).every(([key, value]) => series.labels?.[key] === value)
      ? { ...series, values: values(series.values as readonly number[]) }
      : series,
  );
}

function snapshotOf(metrics: Metrics): Snapshot {
  return buildSnapshot(fixtureInput({ objects: OBJECTS, metrics }));
}

const found = (metrics: Metrics): string[] =>
  collectFindings(snapshotOf(metrics)).findings.map(({ code, subject }) => `${code} ${subject.name}`);
const from = (at: number, factor: number) => (old: readonly number[]) =>
  old.map((value, index) => (index >= at ? value * factor : value));
const between = (at: number, end: number, factor: number) => (old: readonly number[]) =>
  old.map((value, index) => (index >= at && index < end ? value * factor : value));

describe('series of a healthy cluster', () => {
  it('yield nothing, flat or noisy, whatever the seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom<Shape>('flat', 'uniform', 'heavy', 'bursty', 'wave'),
        (seed, shape) => {
          expect(found(ordinary(seed, shape))).toEqual([]);
        },
      ),
      { numRuns: 50, seed: 11 },
    );
  });
});

describe('a fault that only metrics show', () => {
  const noisy = (seed: number): Metrics => ordinary(seed, 'uniform');

  it('is found among noise whatever the seed: a delayed workload', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 20, max: 60 }), (seed, at) => {
        let metrics = noisy(seed);
        for (const name of ['workload:latency_p50:seconds', 'workload:latency_p95:seconds']) {
          metrics = alter(metrics, name, { workload: 'stock' }, from(at, 40));
          metrics = alter(metrics, name, { workload: 'cart' }, from(at, 38));
          metrics = alter(metrics, name, { workload: 'web' }, from(at, 36));
        }
        const findings = collectFindings(snapshotOf(metrics)).findings;
        const causes = findings
          .filter(({ role }) => role === 'cause')
          .sort((left, right) => right.strength - left.strength);
        expect(causes[0]).toMatchObject({ code: 'network/pod-delay', subject: { name: 'stock' } });
        const snapshot = snapshotOf(metrics);
        for (const { statement, evidence, subject, blames = [], affects = [] } of findings) {
          expect(checkClaim(snapshot, { statement, evidence, subjects: [subject, ...blames, ...affects] })).toEqual([]);
        }
      }),
      { numRuns: 25, seed: 3 },
    );
  });

  it('is found: a throttled workload', () => {
    const metrics = alter(
      alter(noisy(5), 'workload:cpu_throttled:seconds', { workload: 'pay' }, from(40, 30)),
      'workload:latency_p95:seconds',
      { workload: 'pay' },
      from(40, 9),
    );
    expect(found(metrics)).toContain('saturation/cpu-throttling pay');
  });

  it('is found: failures that begin in one workload', () => {
    const metrics = alter(
      alter(noisy(5), 'workload:error_ratio', { workload: 'db' }, from(40, 120)),
      'workload:error_ratio',
      { workload: 'stock' },
      from(40, 110),
    );
    expect(found(metrics)).toContain('failure/origin db');
  });

  it('is found: a Node that loses packets', () => {
    let metrics = alter(noisy(5), 'node:tcp_retransmits:rate', { node: 'worker-2' }, from(40, 40));
    for (const workload of ['cart', 'stock'])
      metrics = alter(metrics, 'workload:latency_p95:seconds', { workload }, from(40, 8));
    expect(found(metrics)).toContain('node/network-degraded worker-2');
  });
});

describe('after a repair', () => {
  it('nothing of the fault is reported any more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 15, max: 40 }), (seed, at) => {
        const end = at + 15;
        let metrics = ordinary(seed, 'uniform');
        for (const name of [
          'workload:latency_p50:seconds',
          'workload:latency_p95:seconds',
          'workload:cpu_throttled:seconds',
          'workload:error_ratio',
        ]) {
          metrics = alter(metrics, name, { workload: 'stock' }, between(at, end, 40));
          metrics = alter(metrics, name, { workload: 'cart' }, between(at, end, 38));
        }
        metrics = alter(metrics, 'workload:request_rate:rate', { workload: 'db' }, between(at, end, 0.02));
        metrics = alter(metrics, 'node:tcp_retransmits:rate', { node: 'worker-1' }, between(at, end, 40));
        expect(found(metrics)).toEqual([]);
      }),
      { numRuns: 30, seed: 5 },
    );
  });
});

describe('the diagnosis of what only metrics show', () => {
  const slow = (): Metrics => {
    let metrics = ordinary(9, 'uniform');
    for (const name of ['workload:latency_p50:seconds', 'workload:latency_p95:seconds']) {
      for (const workload of ['stock', 'cart', 'web']) metrics = alter(metrics, name, { workload }, from(45, 40));
    }
    return metrics;
  };

  it('is no fault while nothing changed', () => {
    expect(diagnoseSnapshot(snapshotOf(ordinary(9, 'uniform')), { version: 'test' })).toMatchObject({
      verdict: 'no-fault',
      causes: [],
    });
  });

  it('names the cause and dates it by the series, not by the alert', () => {
    const alert = {
      labels: { alertname: 'HighRequestLatency', namespace: 'shop', service_name: 'web' },
      startsAt: '2026-03-01T09:55:00Z',
    };
    const snapshot = buildSnapshot(fixtureInput({ objects: OBJECTS, metrics: slow(), alerts: [alert] }));
    const diagnosis = diagnoseSnapshot(snapshot, { version: 'test' });
    expect(diagnosis.verdict).toBe('cause');
    expect(diagnosis.causes[0]).toMatchObject({ category: 'network-delay', subject: { name: 'stock' } });
    // 70 samples half a minute apart, the last at ten: the 46th is at 09:48.
    expect(diagnosis.onset).toBe('2026-03-01T09:48:00Z');
  });
});
