import { fixtureInput } from '@headwater/testkit/fixture-snapshot.ts';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../snapshot/snapshot.ts';
import { preemptions } from './preemption.ts';
import { schedulingCauses } from './scheduling.ts';
import { reportShortage } from './shortage.ts';

const UID = '0c3f6d9e-1c6b-4e1a-9d57-6b0a4f0f9a11';

function snapshot(message: string, eventTime = '2026-03-01T09:50:00Z') {
  const container = { name: 'app', resources: { requests: { cpu: '3' } } };
  return buildSnapshot(
    fixtureInput({
      objects: [
        { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, status: { allocatable: { cpu: '4' } } },
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'vip', namespace: 'shop', uid: UID },
          spec: { nodeName: 'n1', containers: [container] },
          status: { phase: 'Running' },
        },
        { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' } },
        {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: 'db-0',
            namespace: 'shop',
            ownerReferences: [{ kind: 'StatefulSet', name: 'db', controller: true }],
          },
          spec: { containers: [container] },
          status: {
            phase: 'Pending',
            conditions: [
              { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: 1 Insufficient cpu.' },
            ],
          },
        },
        {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: 'e1', namespace: 'shop' },
          involvedObject: { kind: 'Pod', namespace: 'shop', name: 'db-0' },
          reason: 'Preempted',
          message,
          lastTimestamp: eventTime,
        },
      ],
    }),
  );
}

it.each([`Preempted by pod ${UID} on node n1`, 'Preempted by shop/vip on node n1', 'Preempted by a pod on node n1'])(
  '%s',
  (message) => {
    const [found] = preemptions(snapshot(message));
    expect(found?.victim).toMatchObject({ kind: 'StatefulSet', name: 'db' });
    expect(found?.preemptor.name).toBe(message.includes('a pod') ? 'db' : 'vip');
  },
);

it('turns the shortage of the victim into a symptom of whoever took its place', () => {
  const state = snapshot(`Preempted by pod ${UID} on node n1`);
  const [finding] = schedulingCauses(state).map((cause) =>
    reportShortage(state, cause, { code: 'x/y', category: 'insufficient-cpu' }),
  );
  expect(finding).toMatchObject({ role: 'symptom', blames: [{ kind: 'Pod', name: 'vip' }] });
});

it('forgets what happened long ago', () => {
  expect(preemptions(snapshot(`Preempted by pod ${UID} on node n1`, '2026-02-27T09:50:00Z'))).toEqual([]);
});

it('concludes it from priorities and times where no Event can be read', () => {
  const made = '2026-03-01T09:50:00Z';
  const pod = (name: string, owner: string, fields: { spec: object; status: object }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: made,
      ownerReferences: [{ kind: 'StatefulSet', name: owner, controller: true }],
    },
    ...fields,
  });
  const containers = [{ name: 'app', resources: { requests: { cpu: '3' } } }];
  const waiting = {
    spec: { containers, priority: 0 },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: 1 Insufficient cpu.' }],
    },
  };
  const world = (priority: number, born: string) =>
    buildSnapshot(
      fixtureInput({
        objects: [
          {
            apiVersion: 'apps/v1',
            kind: 'StatefulSet',
            metadata: { name: 'db', namespace: 'shop', creationTimestamp: born },
          },
          {
            apiVersion: 'apps/v1',
            kind: 'StatefulSet',
            metadata: { name: 'vip', namespace: 'shop', creationTimestamp: made },
          },
          pod('db-0', 'db', waiting),
          pod('vip-0', 'vip', { spec: { containers, priority, nodeName: 'n1' }, status: { phase: 'Running' } }),
        ],
      }),
    );
  const old = '2026-01-01T00:00:00Z';
  expect(preemptions(world(1000, old))).toMatchObject([
    { preemptor: { name: 'vip' }, victim: { name: 'db' }, event: null },
  ]);
  expect(preemptions(world(0, old))).toEqual([]);
  expect(preemptions(world(1000, made))).toEqual([]);
});
