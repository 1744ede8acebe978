import { HOUR, MINUTE } from '@headwater/core/time.ts';
import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { createMaintenance } from '@headwater/engine/maintenance/create.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { expect, it } from 'vitest';
import { startReceiver } from './test-receiver.ts';

const database = useDatabase('18');

it('what fires during a maintenance is stored, opens nothing, and gets its incident when it still fires after', async () => {
  const receiver = await startReceiver(database());
  await createMaintenance(receiver.ctx(person('responder', 'shop')), {
    matchers: [{ label: 'namespace', operator: '=', value: 'shop' }],
    endsAt: receiver.now + HOUR,
    comment: 'node upgrade',
  });
  const startsAt = receiver.now;
  const labels = (deployment: string) => ({
    alertname: 'KubeDeploymentReplicasMismatch',
    namespace: 'shop',
    deployment,
  });
  await receiver.post([
    { labels: labels('cart'), startsAt },
    { labels: labels('search'), startsAt },
  ]);
  await receiver.correlate();
  receiver.now += MINUTE;
  await receiver.post([{ labels: labels('search'), startsAt, endsAt: receiver.now }]);
  await receiver.correlate();
  expect(await receiver.incidents()).toEqual([]);
  expect(await receiver.diagnoses()).toEqual([]);
  const { rows } = await database().pool.query(
    `select a.labels->>'deployment' as deployment, a.status from alert a order by 1`,
  );
  expect(rows).toEqual([
    { deployment: 'cart', status: 'firing' },
    { deployment: 'search', status: 'resolved' },
  ]);

  receiver.now = startsAt + HOUR;
  await receiver.sweep();
  await receiver.correlate();
  expect(await receiver.incidents()).toMatchObject([
    { title: 'KubeDeploymentReplicasMismatch on Deployment shop/cart', startedAt: startsAt, alertCount: 1 },
  ]);
});
