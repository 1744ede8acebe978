import { MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { expect, it } from 'vitest';
import { startReceiver } from './test-receiver.ts';

const database = useDatabase('18');

it('a webhook that only tells of an end opens nothing, however often it is sent', async () => {
  const receiver = await startReceiver(database());
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-0' };
  const ended = { labels, startsAt: receiver.now - 10 * MINUTE, endsAt: receiver.now - MINUTE };
  for (let delivery = 0; delivery < 2; delivery++) {
    await receiver.post([ended]);
    await receiver.correlate();
    await receiver.sweep();
    receiver.now += MINUTE;
  }
  expect(await receiver.incidents()).toEqual([]);
  expect(await receiver.diagnoses()).toEqual([]);
});

it('a resolved webhook for an incident a person has resolved opens no other one', async () => {
  const receiver = await startReceiver(database());
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', pod: 'cart-0' };
  const startsAt = receiver.now;
  await receiver.post([{ labels, startsAt }]);
  await receiver.correlate();
  const [incident] = await receiver.incidents();
  await database().store.incidents.update(
    incident?.id ?? '',
    { status: 'resolved', resolvedAt: receiver.now },
    startsAt,
  );
  receiver.now += MINUTE;
  await receiver.post([{ labels, startsAt, endsAt: receiver.now }]);
  await receiver.correlate();
  expect(await receiver.incidents()).toMatchObject([{ id: incident?.id, status: 'resolved', firingCount: 0 }]);
});
