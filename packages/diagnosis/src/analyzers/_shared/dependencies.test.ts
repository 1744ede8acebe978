import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { behindHost, dataServicesOf, isServer, serviceAt } from './dependencies.ts';

function deployment(name: string, image: string, env: Record<string, string> = {}) {
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name, image, env: Object.entries(env).map(([key, value]) => ({ name: key, value })) }] },
  };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'n' }, spec: { template } };
}

function service(name: string, clusterIP: string, port: number) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'n' },
    spec: { clusterIP, selector: { app: name }, ports: [{ port }] },
  };
}

const snapshot = buildSnapshot(
  fixtureInput({
    objects: [
      deployment('a-db', 'registry:5000/library/mysql:8'),
      service('a-db', '10.96.0.1', 3306),
      deployment('z-db', 'mariadb:11'),
      service('z-db', '10.96.0.2', 3306),
      deployment('exporter', 'prom/mysqld-exporter:1'),
      deployment('naming', 'naming:1', { MYSQL_HOST: 'a-db' }),
      deployment('orders', 'orders:1'),
      deployment('users', 'users:1', { DB_HOST: 'a-db:3306' }),
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', namespace: 'n' },
        spec: { containers: [{ name: 'p' }] },
        status: { phase: 'Running', podIP: '10.1.0.5' },
      },
    ],
  }),
);
const subject = (name: string) => ({ kind: 'Deployment', namespace: 'n', name });

describe('addresses', () => {
  it('means a Service by name, qualified name and cluster address', () => {
    for (const host of ['a-db', 'a-db.n', 'a-db.n.svc.cluster.local', '10.96.0.1'])
      expect(serviceAt(snapshot, host, 'n')?.metadata.name).toBe('a-db');
    expect(serviceAt(snapshot, 'nowhere', 'n')).toBeUndefined();
  });

  it('leads to what runs behind it', () => {
    expect(behindHost(snapshot, '10.96.0.2', 'n').map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'Service z-db',
      'Deployment z-db',
    ]);
    expect(behindHost(snapshot, '10.1.0.5', 'n').map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Pod p']);
  });
});

describe('data services', () => {
  it('are the ones a consumer names', () => {
    expect(dataServicesOf(snapshot, subject('users'), 'mysql').map(({ workload }) => workload.name)).toEqual(['a-db']);
  });

  it('are, when it names none, first those that nobody else names', () => {
    expect(dataServicesOf(snapshot, subject('orders'), 'mysql').map(({ workload }) => workload.name)).toEqual([
      'z-db',
      'a-db',
    ]);
    expect(dataServicesOf(snapshot, subject('orders'), 'postgres')).toEqual([]);
  });

  it('are told by image, exporters not', () => {
    expect(isServer(snapshot, subject('z-db'), 'mysql')).toBe(true);
    expect(isServer(snapshot, subject('exporter'), 'mysql')).toBe(false);
  });
});
