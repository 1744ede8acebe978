import { MINUTE } from '@headwater/core/time.ts';
import { expect, it } from 'vitest';
import { LogDigester } from '../logs/digest.ts';
import { emptyInput, type Series, type Span } from '../snapshot/input.ts';
import { buildSnapshot } from '../snapshot/snapshot.ts';
import { telemetrySuspects } from './suspects.ts';

const NOW = Date.UTC(2026, 2, 1, 10, 30);
const ONSET = NOW - 10 * MINUTE;

it('takes failures that are passed on for less than those that begin', () => {
  const ratio = (workload: string, after: number): Series => ({
    labels: { __name__: 'workload:error_ratio', namespace: 'shop', workload, workload_type: 'deployment' },
    samples: Array.from(
      { length: 30 },
      (_, index) => [NOW - (30 - index) * MINUTE, index < 20 ? 0.001 : after] as const,
    ),
  });
  const labels = {
    client: 'web',
    server: 'stock',
    client_k8s_namespace_name: 'shop',
    server_k8s_namespace_name: 'shop',
  };
  const calls: Series = {
    labels: { __name__: 'traces_service_graph_request_total', ...labels },
    samples: [
      [NOW - 20 * MINUTE, 1],
      [NOW - 19 * MINUTE, 60],
    ],
  };
  const objects = ['web', 'stock'].map((name) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
  }));
  const metrics = [ratio('web', 0.6), ratio('stock', 0.6), calls];
  const suspects = telemetrySuspects(buildSnapshot({ ...emptyInput(NOW), metrics, objects }), ONSET);
  expect(suspects.map(({ subject }) => subject.name)).toEqual(['stock', 'web']);
  expect(suspects[0]?.score).toBeGreaterThan(2 * (suspects[1]?.score ?? 1));
});

it('blames a wire on the workload all of whose calls are late', () => {
  const traces = Array.from({ length: 24 }, (_, index) => {
    const late = index >= 12 ? 80 : 0;
    const start = NOW - (24 - index) * MINUTE;
    const span = (
      spanId: string,
      parentSpanId: string | null,
      ...[service, kind, ms]: [string, Span['kind'], number]
    ): Span => ({
      traceId: `t${index}`,
      spanId,
      parentSpanId,
      service,
      name: `${kind} ${spanId}`,
      kind,
      start,
      durationMs: ms,
      error: false,
      statusMessage: '',
      attributes: {},
      resource: { 'k8s.namespace.name': 'shop', 'k8s.deployment.name': service },
    });
    return [
      span('a', null, 'web', 'server', 60 + late),
      span('b', 'a', 'web', 'client', 20 + late),
      span('c', 'b', 'stock', 'server', 18),
      span('d', 'a', 'web', 'client', 20),
      span('e', 'd', 'pay', 'server', 18),
    ];
  }).flat();
  const suspects = telemetrySuspects(buildSnapshot({ ...emptyInput(NOW), traces }), NOW - 12 * MINUTE);
  expect(suspects.map(({ subject, terms }) => `${subject.name} ${terms[0]?.name}`)).toEqual([
    'stock network-time',
    'web network-time',
  ]);
});

it('takes a line that names the Service it called for trouble of another', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'stock', namespace: 'shop' } };
  const log = (pod: string, text: string) => {
    const digester = new LogDigester({ namespace: 'shop', pod, container: 'main', previous: false });
    for (let index = 0; index < 6; index++)
      digester.push(`${new Date(ONSET + index * MINUTE).toISOString()} ERROR ${text}`);
    return digester.finish();
  };
  const logs = [log('web', 'call to stock failed: status 500'), log('cart', 'stock level is negative')];
  const suspects = telemetrySuspects(buildSnapshot({ ...emptyInput(NOW), objects: [service], logs }), ONSET);
  expect(suspects.map(({ subject }) => subject.name)).toEqual(['cart', 'web']);
});
