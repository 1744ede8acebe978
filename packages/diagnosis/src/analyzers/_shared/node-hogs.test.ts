import { type FixtureSeries, fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { cameWith, hogOf, memoryGiant, victimsOn } from './node-hogs.ts';

const NODE = 'worker-1';
const GIB = 2 ** 30;
const MADE = '2026-03-01T09:49:00Z';

function workload(name: string, { node = NODE, made = MADE } = {}) {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, controller: true };
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `${name}-1`, namespace: 'shop', creationTimestamp: made, ownerReferences: [owner] },
      spec: { nodeName: node, containers: [{ name }] },
      status: { phase: 'Running' },
    },
  ];
}

function measure(metric: string, name: string, ...values: (number | string)[]): FixtureSeries {
  return { name: `workload:${metric}`, labels: { namespace: 'shop', workload: name }, values };
}

function worldOf(objects: readonly object[], metrics: readonly FixtureSeries[] = []) {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE }, status: { capacity: { memory: '16Gi' } } };
  return buildSnapshot(fixtureInput({ objects: [node, ...objects], metrics }));
}

describe('hogOf', () => {
  const both = [...workload('report'), ...workload('cart')];

  it('names who uses more than half, with its rise', () => {
    const world = worldOf(both, [
      measure('cpu_usage:cores', 'report', '40 x 0.1', '20 x 3'),
      measure('cpu_usage:cores', 'cart', '60 x 1'),
    ]);
    const hog = hogOf(world, NODE, 'cpu');
    expect(hog).toMatchObject({ subject: { name: 'report' }, share: 0.75 });
    expect(hog?.shift?.direction).toBe('up');
  });

  it('names nobody when all use alike, or when one alone is measured', () => {
    const alike = [measure('cpu_usage:cores', 'report', '60 x 1'), measure('cpu_usage:cores', 'cart', '60 x 1.1')];
    expect(
      hogOf(
        worldOf([...both, ...workload('pay')], [...alike, measure('cpu_usage:cores', 'pay', '60 x 1')]),
        NODE,
        'cpu',
      ),
    ).toBeNull();
    expect(hogOf(worldOf(both, alike.slice(0, 1)), NODE, 'cpu')).toBeNull();
  });

  it('does not count who runs mostly elsewhere', () => {
    const elsewhere = [...workload('report', { node: 'worker-2' }), ...workload('cart'), ...workload('pay')];
    const world = worldOf(elsewhere, [
      measure('cpu_usage:cores', 'report', '60 x 9'),
      measure('cpu_usage:cores', 'cart', '60 x 1'),
      measure('cpu_usage:cores', 'pay', '60 x 0.2'),
    ]);
    expect(hogOf(world, NODE, 'cpu')?.subject.name).toBe('cart');
  });
});

describe('memoryGiant', () => {
  const held = (bytes: number) => worldOf(workload('importer'), [measure('memory:bytes', 'importer', `60 x ${bytes}`)]);

  it('needs half of the Node, not company', () => {
    expect(memoryGiant(held(9 * GIB), NODE)).toMatchObject({ subject: { name: 'importer' }, share: 9 / 16 });
    expect(memoryGiant(held(7 * GIB), NODE)).toBeNull();
  });

  it('says nothing of a Node whose size is unknown', () => {
    expect(memoryGiant(held(9 * GIB), 'worker-9')).toBeNull();
  });
});

describe('cameWith', () => {
  const report = { kind: 'Deployment', namespace: 'shop', name: 'report' };
  const at = (made: string, node = NODE) =>
    cameWith(worldOf(workload('report', { made })), {
      workload: report,
      node,
      time: Date.parse('2026-03-01T09:50:00Z'),
    });

  it.each([
    ['2026-03-01T09:49:00Z', true],
    ['2026-03-01T09:46:00Z', true],
    ['2026-03-01T09:50:40Z', true],
    ['2026-03-01T09:44:00Z', false],
    ['2026-03-01T09:52:00Z', false],
  ])('of a Pod made at %s is %s', (made, came) => {
    expect(at(made)).toBe(came);
  });

  it('asks about the Node', () => {
    expect(at(MADE, 'worker-2')).toBe(false);
  });
});

describe('victimsOn', () => {
  const from = Date.parse('2026-03-01T09:48:00Z');
  const except = { kind: 'Deployment', namespace: 'shop', name: 'report' };
  const objects = [...workload('report'), ...workload('cart')];
  const slow = measure('latency_p95:seconds', 'cart', '41 x 0.03', '19 x 0.8');
  const victims = (...metrics: FixtureSeries[]) =>
    victimsOn(worldOf(objects, metrics), NODE, { except, from }).map(({ signal }) => signal.subject.name);

  it('names who is slower since', () => {
    expect(victims(slow, measure('request_rate:rate', 'cart', '60 x 20'))).toEqual(['cart']);
  });

  it('does not pity who is asked more, nor who was slow before', () => {
    expect(victims(slow, measure('request_rate:rate', 'cart', '40 x 20', '20 x 60'))).toEqual([]);
    expect(victims(measure('latency_p95:seconds', 'cart', '10 x 0.03', '50 x 0.8'))).toEqual([]);
  });

  it('does not name the one to blame', () => {
    expect(victims(measure('latency_p95:seconds', 'report', '41 x 0.03', '19 x 0.8'))).toEqual([]);
  });
});
