import { MINUTE } from '@headwater/core/time.ts';
import { acknowledgeIncident } from '@headwater/engine/incidents/acknowledge.ts';
import { resolveIncident } from '@headwater/engine/incidents/resolve.ts';
import { person, QUIET_PERIOD, REOPEN_WINDOW } from '@headwater/engine/correlate/test-correlation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './test-receiver.ts';

const database = useDatabase('18');
const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'cart', severity: 'warning' };
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver(database());
});

async function tell(alert: { startsAt: number; endsAt?: number }): Promise<void> {
  await receiver.post([{ labels, ...alert }]);
  await receiver.correlate();
}

async function resolvedByQuiet(): Promise<string> {
  const startsAt = receiver.now;
  await tell({ startsAt });
  const [incident] = await receiver.incidents();
  await acknowledgeIncident(receiver.ctx(person('responder')), { incidentId: incident?.id ?? '' });
  receiver.now += MINUTE;
  await tell({ startsAt, endsAt: receiver.now });
  receiver.now += QUIET_PERIOD;
  await receiver.sweep();
  expect(await receiver.incidents()).toMatchObject([{ status: 'resolved' }]);
  return incident?.id ?? '';
}

it('within the window it is the same incident, open again', async () => {
  const id = await resolvedByQuiet();
  receiver.now += REOPEN_WINDOW - MINUTE;
  await tell({ startsAt: receiver.now });
  expect(await receiver.incidents()).toMatchObject([
    { id, status: 'open', reopened: 1, alertCount: 1, firingCount: 1, acknowledgedBy: null, resolvedAt: null },
  ]);
  expect(await receiver.eventKinds(id)).toContain('incident.reopened');
});

it('after the window it is another one, and the old one keeps its alerts', async () => {
  const id = await resolvedByQuiet();
  receiver.now += REOPEN_WINDOW + MINUTE;
  await tell({ startsAt: receiver.now });
  const [old, fresh] = await receiver.incidents();
  expect(old).toMatchObject({ id, status: 'resolved', alertCount: 1, firingCount: 0 });
  expect(fresh).toMatchObject({ status: 'open', alertCount: 1, firingCount: 1 });
  const { rows } = await database().pool.query<{ incident_id: string }>(
    'select incident_id from alert_episode order by starts_at',
  );
  expect(rows.map(({ incident_id }) => incident_id)).toEqual([old?.id, fresh?.id]);
});

it('an incident a person resolves keeps its firing alerts, whatever repeats and opens beside it', async () => {
  const startsAt = receiver.now;
  await tell({ startsAt });
  const [incident] = await receiver.incidents();
  await resolveIncident(receiver.ctx(person('responder')), { incidentId: incident?.id ?? '' });
  receiver.now += MINUTE;
  await tell({ startsAt });
  const other = { ...labels, alertname: 'HighLatency' };
  await receiver.post([
    { labels, startsAt },
    { labels: other, startsAt: receiver.now },
  ]);
  await receiver.correlate();
  expect(await receiver.incidents()).toMatchObject([
    { id: incident?.id, status: 'resolved', alertCount: 1, firingCount: 1 },
    { status: 'open', alertCount: 1 },
  ]);
  receiver.now += MINUTE;
  await tell({ startsAt, endsAt: receiver.now });
  expect(await receiver.incidents()).toMatchObject([
    { id: incident?.id, status: 'resolved', alertCount: 1, firingCount: 0 },
    { status: 'open', alertCount: 1 },
  ]);
});
