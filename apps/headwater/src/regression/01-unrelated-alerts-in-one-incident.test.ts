import { MINUTE } from '@headwater/core/time.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './test-receiver.ts';

const database = useDatabase('18');
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver(database());
});

function down(namespace: string, deployment: string, alertname = 'KubeDeploymentReplicasMismatch') {
  return { labels: { alertname, namespace, deployment, severity: 'warning' }, startsAt: receiver.now - MINUTE };
}

it('alerts of different namespaces or services are different incidents, even out of one webhook', async () => {
  await receiver.post([down('shop', 'cart'), down('bank', 'ledger'), down('shop', 'search')]);
  await receiver.correlate();
  expect((await receiver.incidents()).map(({ title }) => title).sort()).toEqual([
    'KubeDeploymentReplicasMismatch on Deployment bank/ledger',
    'KubeDeploymentReplicasMismatch on Deployment shop/cart',
    'KubeDeploymentReplicasMismatch on Deployment shop/search',
  ]);
});

it('alerts about one workload are one incident, even out of different webhooks', async () => {
  await receiver.post([down('shop', 'cart')]);
  await receiver.correlate();
  receiver.now += MINUTE;
  const pod = {
    alertname: 'KubePodCrashLooping',
    namespace: 'shop',
    pod: 'cart-7d9f8b6c5d-x2x4z',
    severity: 'critical',
  };
  await receiver.post([{ labels: pod, startsAt: receiver.now }], '{}:{alertname="KubePodCrashLooping"}');
  await receiver.correlate();
  expect(await receiver.incidents()).toMatchObject([{ alertCount: 2, namespaces: ['shop'] }]);
});
