import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { isOngoing, isSuperseded, lastDeath } from './container-death.ts';
import { containersOf } from './pods.ts';

const NOW = '2026-03-01T10:00:00Z';

function podWith(status: object, extra: { metadata?: object; phase?: string } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api', namespace: 'shop', ...extra.metadata },
    spec: { containers: [{ name: 'api' }] },
    status: { phase: extra.phase ?? 'Running', containerStatuses: [{ name: 'api', ...status }] },
  };
}

function judge(status: object) {
  const snapshot = buildSnapshot(fixtureInput({ now: NOW, objects: [podWith(status)] }));
  const pod = snapshot.objects.get('Pod', 'shop', 'api');
  const view = pod && containersOf(pod)[0];
  const death = view ? lastDeath(view) : null;
  return { death, ongoing: view && death ? isOngoing(snapshot, view, death) : false };
}

const ended = (finishedAt?: string, exitCode = 1) => ({
  terminated: { reason: 'Error', exitCode, ...(finishedAt ? { finishedAt } : {}) },
});
const runs = { running: { startedAt: '2026-03-01T09:00:00Z' } };

describe('lastDeath and isOngoing', () => {
  it('takes no success for a death', () => {
    expect(judge({ state: ended(undefined, 0) }).death).toBeNull();
    expect(judge({ state: runs, lastState: ended('2026-03-01T09:59:00Z', 0) }).death).toBeNull();
    expect(judge({ state: runs }).death).toBeNull();
  });

  it('counts a container that is down, however long ago it ended', () => {
    expect(judge({ state: ended('2026-03-01T01:00:00Z') }).ongoing).toBe(true);
    const waiting = { waiting: { reason: 'CrashLoopBackOff' } };
    expect(judge({ state: waiting, lastState: ended('2026-03-01T01:00:00Z'), restartCount: 1 }).ongoing).toBe(true);
  });

  it.each([
    ['a first death minutes ago', 1, '2026-03-01T09:50:00Z', true],
    ['a first death half an hour ago', 1, '2026-03-01T09:30:00Z', false],
    ['the third death half an hour ago', 3, '2026-03-01T09:30:00Z', true],
    ['the third death two hours ago', 3, '2026-03-01T08:00:00Z', false],
  ])('of a container that runs again: %s', (_, restartCount, finishedAt, expected) => {
    expect(judge({ state: runs, ready: true, restartCount, lastState: ended(finishedAt) }).ongoing).toBe(expected);
  });

  it.each([
    ['lived as long before', '2026-03-01T09:05:00Z', true],
    ['never lived for a minute before', '2026-03-01T09:29:20Z', false],
  ])('of three deaths, the last half an hour ago, when it %s', (_, startedAt, expected) => {
    const { terminated } = ended('2026-03-01T09:30:00Z');
    const lastState = { terminated: { ...terminated, startedAt } };
    expect(judge({ state: runs, ready: true, restartCount: 3, lastState }).ongoing).toBe(expected);
  });

  it('without a time believes a container that is not ready, not one that is', () => {
    expect(judge({ state: runs, ready: false, restartCount: 2, lastState: ended() }).ongoing).toBe(true);
    expect(judge({ state: runs, ready: true, restartCount: 2, lastState: ended() }).ongoing).toBe(false);
  });
});

describe('isSuperseded', () => {
  const owned = (kind: string, name: string) => ({ ownerReferences: [{ kind, name, controller: true }] });
  const job = (name: string, status: object, metadata: object = {}) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'shop', ...metadata },
    status,
  });
  const failed = (metadata: object) => podWith({ state: ended() }, { phase: 'Failed', metadata });

  function superseded(...objects: unknown[]): boolean | undefined {
    const snapshot = buildSnapshot(fixtureInput({ now: NOW, objects }));
    const pod = snapshot.objects.get('Pod', 'shop', 'api');
    return pod && isSuperseded(snapshot, pod);
  }

  it('knows Jobs that succeeded with another Pod', () => {
    const complete = { conditions: [{ type: 'Complete', status: 'True' }] };
    expect(superseded(failed(owned('Job', 'report')), job('report', complete))).toBe(true);
    expect(superseded(failed(owned('Job', 'report')), job('report', { failed: 1 }))).toBe(false);
  });

  it('knows later runs of a CronJob that succeeded', () => {
    const cron = owned('CronJob', 'nightly');
    const bad = job('n1', { failed: 1 }, { ...cron, creationTimestamp: '2026-03-01T01:00:00Z' });
    const run = (time: string, type: string) =>
      job('n2', { conditions: [{ type, status: 'True' }] }, { ...cron, creationTimestamp: time });
    expect(superseded(failed(owned('Job', 'n1')), bad, run('2026-03-01T02:00:00Z', 'Complete'))).toBe(true);
    expect(superseded(failed(owned('Job', 'n1')), bad, run('2026-03-01T02:00:00Z', 'Failed'))).toBe(false);
    expect(superseded(failed(owned('Job', 'n1')), bad, run('2026-03-01T00:00:00Z', 'Complete'))).toBe(false);
  });

  it('takes a step of a workflow that just failed for no leftover', () => {
    const step = (finishedAt: string) => {
      const pod = podWith({ state: ended(finishedAt) }, { phase: 'Failed', metadata: owned('Workflow', 'build') });
      return { ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } };
    };
    expect(superseded(step('2026-03-01T09:55:00Z'))).toBe(false);
    expect(superseded(step('2026-03-01T07:55:00Z'))).toBe(true);
  });

  it('takes a failed Pod of a workload for a leftover, one that runs for none', () => {
    expect(superseded(failed(owned('ReplicaSet', 'api-1')))).toBe(true);
    expect(superseded(podWith({ state: runs }, { metadata: owned('ReplicaSet', 'api-1') }))).toBe(false);
    expect(superseded(failed({}))).toBe(false);
  });
});
