import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readSubject } from './subject.ts';

it.each([
  [{ deployment: 'cart', namespace: 'shop', pod: 'kube-state-metrics-0' }, 'resolved', 'Deployment', 'shop', 'cart'],
  [{ pod: 'cart-1', namespace: 'shop', node: 'worker-1' }, 'resolved', 'Pod', 'shop', 'cart-1'],
  [
    { exported_pod: 'cart-1', pod: 'ksm', exported_namespace: 'shop', namespace: 'mon' },
    'resolved',
    'Pod',
    'shop',
    'cart-1',
  ],
  [
    { node: 'worker-1', pod: 'node-exporter-x', namespace: 'mon', job: 'node-exporter' },
    'resolved',
    'Node',
    undefined,
    'worker-1',
  ],
  [{ job_name: 'backup-1', namespace: 'ops' }, 'resolved', 'Job', 'ops', 'backup-1'],
  [{ pvc: 'data', namespace: 'db' }, 'resolved', 'PersistentVolumeClaim', 'db', 'data'],
  [{ k8s_deployment_name: 'cart', k8s_namespace_name: 'shop' }, 'resolved', 'Deployment', 'shop', 'cart'],
  [{ deployment: 'a', statefulset: 'b', namespace: 'x' }, 'ambiguous', 'Deployment', 'x', 'a'],
  [{ service: 'cart.shop.svc.cluster.local' }, 'ambiguous', 'Service', 'shop', 'cart'],
  [{ app: 'cart', namespace: 'shop', job: 'scrape' }, 'ambiguous', 'Deployment', 'shop', 'cart'],
])('reads %j', (labels, state, ...place) => {
  const reading = readSubject(labels);
  const { kind, namespace, name } = reading.subject ?? {};
  expect([reading.state, kind, namespace, name]).toEqual([state, ...place]);
  expect(reading.reason).toMatch(/^labels? /);
});

it.each([
  [{}, 'no label names an object'],
  [{ namespace: 'shop', job: 'scrape' }, 'only the namespace shop is named'],
  [{ pod: '../../etc', namespace: 'shop' }, 'only the namespace shop is named'],
  [{ app: 'Ünïcode!' }, "label app holds no object's name"],
  [{ constructor: 'x', toString: 'y' }, 'no label names an object'],
])('leaves %j unresolved and says why', (labels, reason) => {
  expect(readSubject(labels as Record<string, string>)).toEqual({ subject: null, state: 'unresolved', reason });
});

it('never depends on the order of the labels', () => {
  const label = fc.constantFrom(
    'deployment',
    'pod',
    'node',
    'namespace',
    'service',
    'app',
    'exported_pod',
    'job',
    'statefulset',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(label, fc.constantFrom('a', 'b', 'c.d', '')), { maxLength: 8 }), (pairs) => {
      const unique = [...new Map(pairs)];
      expect(readSubject(Object.fromEntries(unique.reverse()))).toEqual(
        readSubject(Object.fromEntries([...unique].reverse())),
      );
    }),
  );
});
