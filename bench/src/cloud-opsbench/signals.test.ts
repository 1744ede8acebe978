import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { alertSeries } from './alert-series.ts';
import { parseLogs } from './logs.ts';
import { parseMetricsCsv } from './metrics.ts';
import { overlay } from './overlay.ts';
import { connectivitySeries, nodeServiceSeries, serviceGraphSeries } from './tools.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

describe('metrics table', () => {
  const csv =
    '\uFEFFtime,web-p95latency,web-rps,node-a-cpu,web-unknown\r\n2026-03-01 10:00:00,250,5,80,1\r\n2026-03-01 10:00:05,,x,90,1\r\n';

  it('makes one series a column, in seconds and shares, without what is no number', () => {
    const series = parseMetricsCsv(csv, { namespace: 'shop', nodes: new Set(['node-a']), zone: 'Z' });
    expect(series).toEqual([
      {
        labels: { __name__: 'workload:latency_p95:seconds', namespace: 'shop', workload: 'web' },
        samples: [[NOW, 0.25]],
      },
      { labels: { __name__: 'workload:request_rate:rate', namespace: 'shop', workload: 'web' }, samples: [[NOW, 5]] },
      {
        labels: { __name__: 'node:cpu_usage:ratio', node: 'node-a' },
        samples: [
          [NOW, 0.8],
          [NOW + 5000, 0.9],
        ],
      },
    ]);
  });
});

describe('alert levels', () => {
  const alert = {
    alerts: [
      {
        type: 'Service',
        name: 'web',
        time_range: '2026-03-01 10:00:00 ~ 2026-03-01 10:00:10',
        evidence: ['Latency [ms] | p95latency: Normal=50.0ms -> Current=500.0ms'],
      },
      null,
      { name: 5 },
    ],
  };

  it('become a step at the start of the window', () => {
    const [series, ...rest] = alertSeries(alert, 'shop', 'Z');
    expect(rest).toEqual([]);
    expect(series?.labels).toEqual({ __name__: 'workload:latency_p95:seconds', namespace: 'shop', workload: 'web' });
    expect(series?.samples.filter(([time]) => time < NOW).map(([, value]) => value)).toEqual(Array(12).fill(0.05));
    expect(series?.samples.filter(([time]) => time >= NOW)).toEqual([
      [NOW, 0.5],
      [NOW + 5000, 0.5],
      [NOW + 10_000, 0.5],
    ]);
  });

  it('are nothing when there are none', () => {
    for (const none of [null, undefined, {}, { alerts: 'x' }]) expect(alertSeries(none, 'shop', 'Z')).toEqual([]);
  });
});

describe('tool answers', () => {
  it('become unit states and probes', () => {
    expect(
      nodeServiceSeries(
        { '{"node_name":"n","service_name":"kubelet"}': 'x\n  Active: inactive (dead)', 'no json': 'Active: active' },
        NOW,
      ),
    ).toEqual([
      {
        labels: { __name__: 'node_systemd_unit_state', node: 'n', name: 'kubelet.service', state: 'active' },
        samples: [[NOW, 0]],
      },
    ]);
    const probes = connectivitySeries(
      { '{"service_name":"db","port":3306}': 'Connection succeeded!', '{"service_name":"cache","port":1}': 'refused' },
      'shop',
      NOW,
    );
    expect(probes.map(({ labels, samples }) => [labels['target'], samples[0]?.[1]])).toEqual([
      ['db.shop.svc:3306', 1],
      ['cache.shop.svc:1', 0],
    ]);
  });

  it('become edges of the service graph, drawn trees included', () => {
    const answer =
      '[Service]: web\n[Upstream (Callers)]: gate, (none)\n[Downstream]:\nweb\n├── cart\n│   └── redis  <-- (Database)\n└── ads\n';
    const edges = serviceGraphSeries({ GetServiceDependencies: { x: answer } }, 'shop', NOW).map(
      ({ labels }) => `${labels['client']}>${labels['server']}`,
    );
    expect(edges).toEqual(['cart>redis', 'gate>web', 'web>ads', 'web>cart']);
  });
});

describe('logs', () => {
  const podOf = (service: string): { name: string; containers: string[] } | undefined =>
    service === 'web' ? { name: 'web-1', containers: ['app', 'istio-proxy'] } : undefined;
  const read = (logs: unknown): string[] =>
    parseLogs(logs, 'shop', podOf).map(
      ({ container, previous, lines }) =>
        `${container}${previous ? ' previous' : ''}: ${lines.map(({ text }) => text).join('|')}`,
    );

  it.each([
    ['a list of lines', { web: ['a', 'b'] }, ['app: a|b']],
    ['one text', { web: 'a\n\nb\n' }, ['app: a|b']],
    ['parts', { web: { app: 'a', previous: ['b'] } }, ['app: a', 'app previous: b']],
    ['keys with a suffix', { 'web.previous': ['a'], 'web.istio-proxy': 'b' }, ['app previous: a', 'istio-proxy: b']],
    ['what kubectl said instead', { web: ['Error from server (BadRequest): container is waiting to start'] }, []],
    ['an unknown service', { other: ['a'] }, []],
    ['nothing', null, []],
    ['null parts', { web: { app: null, previous: '' } }, []],
  ])('reads %s', (_, logs, expected) => {
    expect(read(logs)).toEqual(expected);
  });
});

describe('overlay', () => {
  it('lets what was read live win and the manifest fill in', () => {
    const manifest = {
      spec: {
        replicas: 3,
        affinity: { a: 1 },
        containers: [{ name: 'web', image: 'old', securityContext: {} }, { name: 'gone' }],
        args: ['x'],
      },
    };
    const live = { spec: { replicas: 0, affinity: null, containers: [{ name: 'web', image: 'new' }], args: [] } };
    expect(overlay(manifest as unknown as KubeObject, live as unknown as KubeObject)).toEqual({
      spec: {
        replicas: 0,
        affinity: { a: 1 },
        containers: [{ name: 'web', image: 'new', securityContext: {} }],
        args: ['x'],
      },
    });
  });
});
