import { expect, it } from 'vitest';
import { batchEvents } from './batch-events.ts';
import type { BoardIncident } from './board.ts';
import { rollUpIncident } from './roll-up.ts';
import { T } from './test-correlation.ts';
import { candidate, placed, waitingRow } from './test-episodes.ts';

const EMPTY: BoardIncident = {
  id: 'inc',
  number: null,
  resolvedAt: null,
  mergedInto: null,
  stored: null,
  open: true,
  namespaces: ['shop'],
  reopenReason: null,
  joined: [],
  ended: [],
  refired: [],
};

function told(incident: Partial<BoardIncident>, flapping: readonly string[] = []) {
  const set = new Set(flapping);
  const counts = { incidentId: 'inc', alertCount: 2, firingCount: 1 };
  const rollUp = rollUpIncident({ ...EMPTY, ...incident }, counts, { now: T, flapping: set });
  const source = { cluster: 'prod', now: T, actor: 'Headwater', flapping: set };
  return batchEvents([rollUp], new Map([['inc', 12]]), source);
}

const joined = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ episode: placed(`a${index}`), rule: 'same-root', reason: 'related' }));

it('tells a new incident in one event, with its number and what opened it', () => {
  expect(told({ joined: joined(1) })).toEqual([
    {
      at: T,
      kind: 'incident.opened',
      incidentId: 'inc',
      cluster: 'prod',
      namespaces: ['shop'],
      actor: 'Headwater',
      payload: {
        number: 12,
        title: 'Alert a0 on Deployment shop/a0 (+1)',
        severity: 'warning',
        alerts: [{ id: 'alr_a0', name: 'Alert a0', severity: 'warning', rule: 'same-root', reason: 'related' }],
        count: 1,
      },
    },
  ]);
});

it('tells a storm by its count', () => {
  const [event] = told({ stored: candidate('inc'), joined: joined(500) });
  expect(event?.payload).toMatchObject({ count: 500 });
  expect(JSON.stringify(event?.payload).length).toBeLessThan(4_000);
});

it('tells each kind of change once, in the order one would tell it', () => {
  const stored = candidate('inc', { snoozedUntil: T + 1_000 });
  const graver = [{ episode: placed('a', { severity: 'critical' }), rule: 'same-root', reason: 'related' }];
  const ended = [waitingRow('b', { status: 'resolved' }), waitingRow('c', { status: 'resolved' })];
  const events = told({ stored, joined: graver, ended, refired: [waitingRow('d')] }, ['alr_c']);
  expect(events.map(({ kind }) => kind)).toEqual([
    'incident.alert-joined',
    'incident.alert-resolved',
    'incident.alert-joined',
    'incident.severity',
    'incident.snoozed',
  ]);
  expect(events[1]?.payload).toEqual({
    alerts: [
      { id: 'alr_b', name: 'Alert b', severity: 'warning' },
      { id: 'alr_c', name: 'Alert c', severity: 'warning', flapping: true },
    ],
    count: 2,
    firingCount: 1,
  });
  expect(events[2]?.payload).toMatchObject({ refired: true, count: 1 });
  expect(events[3]?.payload).toEqual({ from: 'warning', to: 'critical', by: 'alerts' });
  expect(events[4]?.payload).toEqual({ until: null, reason: 'the incident became graver' });
});

it('tells a reopening with its reason and does not tell the refire twice', () => {
  const stored = candidate('inc', { status: 'resolved', resolvedAt: T });
  const events = told({ stored, reopenReason: 'it fires again', refired: [waitingRow('a')] });
  expect(events.map(({ kind, payload }) => [kind, payload['reason']])).toEqual([
    ['incident.reopened', 'it fires again'],
  ]);
});
