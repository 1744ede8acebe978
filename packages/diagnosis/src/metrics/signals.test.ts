import { fixtureInput, type FixtureContent } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { signalsOf } from './signals.ts';
import type { SignalName } from './vocabulary.ts';

const CHECKOUT = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const POD = { kind: 'Pod', namespace: 'shop', name: 'checkout-7d9f8b6c54-x2x9z' };

const OBJECTS = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'checkout' } },
      template: { metadata: { labels: { app: 'checkout', 'app.kubernetes.io/component': 'checkout-svc' } } },
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'checkout-7d9f8b6c54',
      namespace: 'shop',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', controller: true }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: POD.name,
      namespace: 'shop',
      labels: { app: 'checkout' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'checkout-7d9f8b6c54', controller: true }],
    },
    spec: { nodeName: 'worker-1', containers: [] },
    status: { podIP: '10.1.0.7' },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'pay', namespace: 'shop' },
    spec: { selector: { app: 'checkout' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'worker-1' },
    status: { addresses: [{ type: 'InternalIP', address: '192.168.0.4' }] },
  },
];

function index(metrics: NonNullable<FixtureContent['metrics']>, objects: readonly unknown[] = OBJECTS) {
  return signalsOf(buildSnapshot(fixtureInput({ objects, metrics })));
}

function values(
  metrics: NonNullable<FixtureContent['metrics']>,
  name: SignalName,
  subject = CHECKOUT,
  objects = OBJECTS,
): number[] | undefined {
  return index(metrics, objects)
    .of(name, subject)
    ?.samples.map(([, value]) => value);
}

describe('workload signals', () => {
  it('reads recorded series and turns success into failure', () => {
    const labels = { namespace: 'shop', workload: 'checkout' };
    expect(values([{ name: 'workload:latency_p95:seconds', labels, values: [0.1, 0.2] }], 'tail-latency')).toEqual([
      0.1, 0.2,
    ]);
    expect(values([{ name: 'workload:success_ratio', labels, values: [1, 0.75] }], 'error-ratio')).toEqual([0, 0.25]);
  });

  it('adds up the containers of a Pod and its workload, not the Pod cgroup', () => {
    const labels = { namespace: 'shop', pod: POD.name };
    const metrics = [
      {
        name: 'container_cpu_usage_seconds_total',
        labels: { ...labels, container: 'app' },
        values: [0, 60, 120],
        step: 60,
      },
      {
        name: 'container_cpu_usage_seconds_total',
        labels: { ...labels, container: 'proxy' },
        values: [0, 30, 60],
        step: 60,
      },
      {
        name: 'container_cpu_usage_seconds_total',
        labels: { ...labels, container: '' },
        values: [0, 900, 1800],
        step: 60,
      },
    ];
    expect(values(metrics, 'cpu')).toEqual([1.5, 1.5]);
    expect(values(metrics, 'cpu', POD)).toEqual([1.5, 1.5]);
    expect(
      index(metrics)
        .all('cpu')
        .map(({ subject }) => subject.kind),
    ).toEqual(['Deployment']);
    expect(
      index(metrics)
        .pods('cpu')
        .map(({ subject }) => subject.kind),
    ).toEqual(['Pod']);
  });

  it('divides throttled by all CPU periods', () => {
    const labels = { namespace: 'shop', pod: POD.name, container: 'app' };
    const metrics = [
      { name: 'container_cpu_cfs_throttled_periods_total', labels, values: [0, 300, 600], step: 60 },
      { name: 'container_cpu_cfs_periods_total', labels, values: [0, 600, 1200], step: 60 },
    ];
    expect(values(metrics, 'throttled-periods')).toEqual([0.5, 0.5]);
  });

  it('reads failures from status labels and counts none as none', () => {
    const labels = { service_name: 'checkout-svc', k8s_namespace_name: 'shop' };
    const ok = {
      name: 'http_server_request_duration_seconds_count',
      labels: { ...labels, http_response_status_code: '200' },
      values: [0, 60, 120, 180],
      step: 60,
    };
    const bad = { ...ok, labels: { ...labels, http_response_status_code: '503' }, values: [0, 0, 20, 80] };
    expect(values([ok], 'error-ratio')).toEqual([0, 0, 0]);
    expect(values([ok, bad], 'error-ratio')).toEqual([0, 0.25, 0.5]);
    expect(values([ok, bad], 'request-rate')?.[2]).toBe(2);
  });

  it('does not call a client fault of gRPC a failure of the server', () => {
    const series = (code: string) => ({
      name: 'grpc_server_handled_total',
      labels: { namespace: 'shop', pod: POD.name, grpc_code: code },
      values: [0, 60, 120],
      step: 60,
    });
    expect(values([series('OK'), series('NotFound')], 'error-ratio')).toEqual([0, 0]);
    expect(values([series('OK'), series('Unavailable')], 'error-ratio')).toEqual([0.5, 0.5]);
  });

  it('takes quantiles of histograms in their unit', () => {
    const labels = { service: 'pay', span_kind: 'SPAN_KIND_SERVER' };
    const bucket = (le: string, perStep: number) => ({
      name: 'traces_span_metrics_duration_milliseconds_bucket',
      labels: { ...labels, le },
      values: [0, perStep, 2 * perStep],
      step: 60,
    });
    expect(values([bucket('100', 60), bucket('200', 100), bucket('+Inf', 100)], 'latency')?.[0]).toBeCloseTo(0.0833, 3);
  });

  it('takes the mean where a recorder keeps no buckets', () => {
    const labels = { namespace: 'shop', service_name: 'checkout-svc' };
    const series = (end: string, perStep: number) => ({
      name: `charge_request_duration_milliseconds_${end}`,
      labels,
      values: [0, perStep, 2 * perStep],
      step: 60,
    });
    expect(values([series('sum', 6000), series('count', 120)], 'latency')).toEqual([0.05, 0.05]);
  });

  it('ignores a quantile of no requests and values that are no numbers', () => {
    const labels = { namespace: 'shop', workload: 'checkout' };
    expect(values([{ name: 'workload:latency_p50:seconds', labels, values: [0, Number.NaN, 0.3] }], 'latency')).toEqual(
      [0.3],
    );
  });

  it('tells latency from a name no table lists, but not of the platform', () => {
    expect(
      values(
        [
          {
            name: 'shop_checkout_latency_seconds',
            labels: { namespace: 'shop', pod: POD.name, quantile: '0.99' },
            values: [1, 2],
          },
        ],
        'tail-latency',
      ),
    ).toEqual([1, 2]);
    expect(
      index([
        { name: 'rest_client_request_latency_seconds', labels: { pod: POD.name, namespace: 'shop' }, values: [1] },
      ]).all('latency'),
    ).toEqual([]);
  });

  it('prefers a recorded series to raw counters', () => {
    const signal = index([
      {
        name: 'container_cpu_usage_seconds_total',
        labels: { namespace: 'shop', pod: POD.name, container: 'app' },
        values: [0, 60],
        step: 60,
      },
      { name: 'workload:cpu_usage:cores', labels: { namespace: 'shop', workload: 'checkout' }, values: [7] },
    ]).of('cpu', CHECKOUT);
    expect(signal?.metric).toBe('workload:cpu_usage:cores');
  });

  it('names the workload of a Pod that is gone by its name', () => {
    const metrics = [
      {
        name: 'container_memory_working_set_bytes',
        labels: { namespace: 'shop', pod: 'checkout-6c5b4d3f21-aaaaa', container: 'app' },
        values: [1, 2],
      },
    ];
    expect(values(metrics, 'memory')).toEqual([1, 2]);
    expect(values(metrics, 'memory', { kind: 'Deployment', namespace: 'shop', name: 'checkout' }, [])).toEqual([1, 2]);
  });
});

describe('node signals', () => {
  it('finds the Node by address and computes busy CPU', () => {
    const cpu = (mode: string, perStep: number) => ({
      name: 'node_cpu_seconds_total',
      labels: { instance: '192.168.0.4:9100', mode, cpu: '0' },
      values: [0, perStep, 2 * perStep],
      step: 60,
    });
    const node = { kind: 'Node', name: 'worker-1' };
    const busy = index([cpu('idle', 15), cpu('user', 40), cpu('iowait', 5)]);
    expect(busy.of('node-cpu', node)?.samples.map(([, value]) => value)).toEqual([0.75, 0.75]);
    expect(busy.of('node-iowait', node)?.samples[0]?.[1]).toBeCloseTo(5 / 60);
  });

  it('takes the fullest filesystem and leaves out pseudo ones', () => {
    const fs = (mountpoint: string, fstype: string, avail: number) => [
      { name: 'node_filesystem_avail_bytes', labels: { instance: 'worker-1', mountpoint, fstype }, values: [avail] },
      { name: 'node_filesystem_size_bytes', labels: { instance: 'worker-1', mountpoint, fstype }, values: [100] },
    ];
    const signals = index([...fs('/', 'ext4', 40), ...fs('/data', 'xfs', 10), ...fs('/run', 'tmpfs', 0)]);
    expect(signals.all('node-filesystem').map(({ subject, samples }) => [subject.name, samples[0]?.[1]])).toEqual([
      ['worker-1', 0.9],
    ]);
  });
});

describe('edge signals', () => {
  it('keys them by caller and callee', () => {
    const labels = { client: 'web', server: 'pay' };
    const signal = index([
      { name: 'traces_service_graph_request_total', labels, values: [0, 60, 120], step: 60 },
      { name: 'traces_service_graph_request_failed_total', labels, values: [0, 30, 60], step: 60 },
    ]).all('call-error-ratio')[0];
    expect(signal?.subject).toMatchObject({ kind: 'Service', name: 'web' });
    expect(signal?.peer).toMatchObject(CHECKOUT);
    expect(signal?.samples.map(([, value]) => value)).toEqual([0.5, 0.5]);
  });
});

it('forgets what stopped being measured while other series went on', () => {
  const labels = { namespace: 'shop', workload: 'checkout' };
  const other = {
    name: 'workload:cpu_usage:cores',
    labels: { namespace: 'shop', workload: 'web' },
    values: ['60 x 1'],
  };
  const gone = {
    name: 'workload:cpu_usage:cores',
    labels,
    values: ['40 x 3', ...Array.from({ length: 20 }, () => Number.NaN)],
  };
  expect(index([gone, other]).of('cpu', CHECKOUT)).toBeUndefined();
  expect(index([gone]).of('cpu', CHECKOUT)).toBeDefined();
});

it('derives the same whatever the order of series and labels', () => {
  const labels = { namespace: 'shop', pod: POD.name, container: 'app' };
  const metrics = ['200', '500', '503'].map((code, at) => ({
    name: 'http_requests_total',
    labels: { ...labels, code },
    values: [at, 50 + at, 170 + at],
    step: 60,
  }));
  expect(values(metrics, 'error-ratio')).toEqual(values([...metrics].reverse(), 'error-ratio'));
});

it('derives quotients in time proportional to the Pods', () => {
  const measure = (count: number): number => {
    const metrics = Array.from({ length: count }, (_, at) => `p-${at}`).flatMap((pod) =>
      ['container_cpu_cfs_throttled_periods_total', 'container_cpu_cfs_periods_total'].map((name) => ({
        name,
        labels: { namespace: 'n', pod, container: 'c' },
        values: [0, 1, 2, 3],
      })),
    );
    const snapshot = buildSnapshot(fixtureInput({ metrics }));
    // Processor time: what else runs on the machine is no part of it.
    const begin = process.cpuUsage();
    expect(signalsOf(snapshot).pods('throttled-periods')).toHaveLength(count);
    return process.cpuUsage(begin).user;
  };
  const best = (count: number): number => Math.min(...Array.from({ length: 5 }, () => measure(count)));
  best(500);
  // Linear is 16, quadratic 256.
  expect(best(8000) / best(500)).toBeLessThan(100);
});
