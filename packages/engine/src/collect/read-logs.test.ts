import { emptyInput, type Alert } from '@headwater/diagnosis/snapshot/input.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { describe, expect, it } from 'vitest';
import { fakeCluster, linesThen, pod } from './test-cluster.ts';
import { logsToRead } from './logs-to-read.ts';
import { readLogs } from './read-logs.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function wantedOf(objects: readonly KubeObject[], alerts: readonly Alert[] = [], namespaces?: readonly string[]) {
  return logsToRead(buildSnapshot({ ...emptyInput(NOW), objects, alerts, ...(namespaces ? { namespaces } : {}) }));
}

function names({ wanted }: ReturnType<typeof logsToRead>): string[] {
  return wanted.map(({ pod: name, previous }) => `${name}${previous ? ' previous' : ''}`);
}

function stateful(name: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'shop' },
    spec: {},
  };
}

describe('logsToRead', () => {
  it('puts the alerted workload first, then sick Pods, then the healthy', () => {
    const alert = {
      fingerprint: '1',
      status: 'firing',
      labels: { alertname: 'Slow', namespace: 'shop', statefulset: 'db' },
      annotations: {},
      startsAt: NOW,
      endsAt: null,
    } as const;
    const wanted = wantedOf(
      [pod('fine'), pod('sick', { ready: false }), stateful('db'), pod('db-0', { owner: 'db' })],
      [alert],
    );
    expect(names(wanted)).toEqual(['db-0', 'sick', 'fine']);
  });

  it('asks for the previous instance of what restarted, and for no log of what never ran', () => {
    const waiting = { waiting: { reason: 'ContainerCreating' } };
    expect(
      names(
        wantedOf([
          pod('restarted', { restarts: 2 }),
          pod('crashing', { restarts: 1, state: waiting }),
          pod('new', { ready: false, state: waiting }),
        ]),
      ),
    ).toEqual(['crashing', 'crashing previous', 'restarted', 'restarted previous']);
  });

  it('takes three Pods of a workload, and no healthy Pod of other namespaces', () => {
    const replicas = Array.from({ length: 6 }, (_, index) => pod(`db-${index}`, { owner: 'db' }));
    expect(
      wantedOf([stateful('db'), ...replicas, pod('other', { namespace: 'pay' })], [], ['shop']).wanted,
    ).toHaveLength(3);
  });

  it('stops at 120 streams and says how many are left', () => {
    const { wanted, left } = wantedOf(Array.from({ length: 130 }, (_, index) => pod(`p${index}`)));
    expect([wanted.length, left]).toEqual([120, 10]);
  });
});

const STREAMS = ['a', 'b', 'c'].map((name) => ({ namespace: 'shop', pod: name, container: 'app', previous: false }));

describe('readLogs', () => {
  it('digests what it reads, passes over absent logs, and tells refusals once', async () => {
    const cluster = fakeCluster({
      logs: ({ pod: name }) =>
        name === 'a'
          ? { state: 'read', lines: linesThen(['2026-03-01T09:59:00Z hello']) }
          : { state: 'forbidden', message: 'no' },
    });
    const { logs, gaps } = await readLogs(cluster, STREAMS, { since: null });
    expect(logs).toMatchObject([{ pod: 'a', totalLines: 1 }]);
    expect(gaps.map(({ statement }) => statement)).toEqual(['2 container logs may not be read, first shop/b/app: no']);
    expect(await readLogs(fakeCluster(), STREAMS, { since: null })).toEqual({ logs: [], gaps: [] });
  });

  it('keeps what came before a connection broke, and says so', async () => {
    const cluster = fakeCluster({
      logs: () => ({ state: 'read', lines: linesThen(['2026-03-01T09:59:00Z one'], new Error('reset')) }),
    });
    const { logs, gaps } = await readLogs(cluster, STREAMS.slice(0, 1), { since: null });
    expect(logs).toMatchObject([{ totalLines: 1 }]);
    expect(gaps[0]?.statement).toBe('1 container logs were not read to their end, first shop/a/app: reset');
  });
});

describe('masking while reading', () => {
  it('masks a private key over its lines, and passwords, before anything is kept', async () => {
    const cluster = fakeCluster({
      logs: () => ({
        state: 'read',
        lines: linesThen([
          '2026-03-01T09:59:00Z ERROR cannot dial postgres://app:hunter2xyz@db:5432/shop',
          '2026-03-01T09:59:01Z -----BEGIN RSA PRIVATE KEY-----',
          '2026-03-01T09:59:01Z MIIEowIBAAKCAQEAsecretmaterial',
          '2026-03-01T09:59:01Z -----END RSA PRIVATE KEY-----',
          '2026-03-01T09:59:02Z ERROR after the key',
        ]),
      }),
    });
    const wanted = [{ namespace: 'shop', pod: 'web', container: 'app', previous: false }];
    const { logs } = await readLogs(cluster, wanted, { since: null });
    const kept = JSON.stringify(logs);
    expect(kept).not.toContain('hunter2xyz');
    expect(kept).not.toContain('secretmaterial');
    expect(kept).toContain('after the key');
  });
});
