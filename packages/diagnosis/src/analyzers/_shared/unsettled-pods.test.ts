import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { unsettledPods } from './unsettled-pods.ts';

const UP = { name: 'app', ready: true, restartCount: 0, state: { running: { startedAt: '2026-03-01T08:00:00Z' } } };
const DONE = { name: 'migrate', ready: true, restartCount: 0, state: { terminated: { exitCode: 0 } } };
const READY = [{ type: 'Ready', status: 'True' }];
const WELL = {
  phase: 'Running',
  conditions: READY,
  containerStatuses: [UP],
  initContainerStatuses: [DONE],
};

function isUnsettled({ metadata = {}, spec = {}, status = {} }: Record<string, object>): boolean {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0', namespace: 'shop', ...metadata },
    spec: { nodeName: 'node-1', containers: [{ name: 'app' }], ...spec },
    status: { ...WELL, ...status },
  };
  return unsettledPods(buildSnapshot(fixtureInput({ objects: [pod] }))).length === 1;
}

describe('unsettledPods', () => {
  it('leaves out a Pod that runs, is Ready and never ended', () => {
    expect(isUnsettled({})).toBe(false);
  });

  it.each([
    ['is on its way out', { metadata: { deletionTimestamp: '2026-03-01T09:59:00Z' } }],
    ['has no Node', { spec: { nodeName: undefined } }],
    ['is pending', { status: { phase: 'Pending' } }],
    ['is not Ready', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }],
    ['says nothing of readiness', { status: { conditions: [] } }],
    ['has restarted', { status: { containerStatuses: [{ ...UP, restartCount: 1 }] } }],
    ['has ended before', { status: { containerStatuses: [{ ...UP, lastState: { terminated: { exitCode: 137 } } }] } }],
    ['waits', { status: { containerStatuses: [{ ...UP, state: { waiting: { reason: 'CrashLoopBackOff' } } }] } }],
    ['has a container that is not ready', { status: { containerStatuses: [{ ...UP, ready: false }] } }],
    [
      'failed to initialise',
      { status: { initContainerStatuses: [{ ...DONE, state: { terminated: { exitCode: 1 } } }] } },
    ],
  ])('keeps a Pod that %s', (_, change) => {
    expect(isUnsettled(change)).toBe(true);
  });
});
