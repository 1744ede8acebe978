import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import type { SnapshotInput } from '../../snapshot/input.ts';
import { unreachedServers } from './unreached.ts';

const client = { kind: 'Deployment', namespace: 'app', name: 'orders' };

function clusterWith(ready: number): ReturnType<typeof buildSnapshot> {
  const labels = { app: 'postgres' };
  const meta = (name: string) => ({ name, namespace: 'infra', uid: name, creationTimestamp: '2026-03-01T10:00:00Z' });
  const objects = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta('postgres'),
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'db', image: 'postgres:17' }] } },
      },
      status: { replicas: 1, ...(ready > 0 ? { readyReplicas: ready } : {}) },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta('postgres'),
      spec: { selector: labels, ports: [{ port: 5432 }] },
    },
  ];
  return buildSnapshot({ ...EMPTY, objects } as unknown as SnapshotInput);
}

const EMPTY = {
  now: Date.UTC(2026, 2, 1, 11),
  objects: [],
  events: [],
  logs: [],
  metrics: [],
  traces: [],
  alerts: [],
  changes: [],
  history: [],
  coverage: [],
};
const WORDS = '[orders] FATAL: Cannot connect to postgres.infra.svc:5432 -- exiting';

it('names the server without a ready replica that the last words speak of, in any namespace', () => {
  expect(unreachedServers(clusterWith(0), client, WORDS).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'Deployment/postgres',
  ]);
});

it('blames nobody who serves, and nobody for other words', () => {
  expect(unreachedServers(clusterWith(1), client, WORDS)).toEqual([]);
  expect(unreachedServers(clusterWith(0), client, 'started postgres.infra.svc:5432')).toEqual([]);
});
