import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import { crashingWorkload } from './test-crashing-workload.ts';
import { CLUSTER, replayCluster, startWorld, storedText } from './test-world.ts';

const database = useDatabase('18');

const SECRETS = {
  lastApplied: 'c3VwZXItc2VjcmV0LXZhbHVl',
  plain: 'correct-horse-battery-staple',
  urlPassword: 'hunter2hunter2',
  awsKey: 'AKIAIOSFODNN7EXAMPLE',
  pem: 'MIIEowIBAAKCAQEA7bq5xYqfakefakefakefake',
  annotation: 'annotation-password-9',
};

it('no credential of an object, a log or an alert reaches the database or an answer', async () => {
  const applied = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { password: SECRETS.lastApplied } });
  await using recording = await temporaryRecording(
    crashingWorkload({
      env: [
        { name: 'DB_PASSWORD', value: SECRETS.plain },
        { name: 'DB_TOKEN', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
      ],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied },
      objects: {
        secrets: [
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: {
              name: 'db',
              namespace: 'shop',
              annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied },
            },
            data: { password: SECRETS.lastApplied },
          },
        ],
      },
      lines: [
        'INFO starting api',
        `FATAL cannot connect to postgres://app:${SECRETS.urlPassword}@db.shop:5432/orders: connection refused`,
        `ERROR login with ${SECRETS.plain} was refused`,
        `ERROR aws: access key ${SECRETS.awsKey} is not valid`,
        'ERROR private key follows',
        '-----BEGIN RSA PRIVATE KEY-----',
        SECRETS.pem,
        '-----END RSA PRIVATE KEY-----',
      ],
    }),
  );
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  try {
    const annotations = { summary: `see postgres://ops:${SECRETS.annotation}@db:5432/orders` };
    await world.deliver(cluster.alerts.map((alert) => ({ ...alert, annotations })));
    const [made] = await world.diagnosed();
    expect(made?.body.engine.objects).toBeGreaterThan(3);
    const stored = await storedText(database());
    // What was masked was really read, or nothing would be proven.
    expect(stored).toContain('cannot connect to postgres://app:[masked:password]@db.shop:5432/orders');
    expect(stored).toContain('[masked:aws-key-id]');
    expect(stored).toContain('[masked:private-key]');
    expect(stored).toContain('ERROR login with [masked:known-value] was refused');
    expect(stored).toContain('Secret shop/db');
    for (const [name, value] of Object.entries(SECRETS)) expect(stored.includes(value), name).toBe(false);
  } finally {
    await world.stop();
    await cluster.stop();
  }
});

it('no credential reaches an answer that is not stored either', async () => {
  await using recording = await temporaryRecording(
    crashingWorkload({
      env: [{ name: 'API_TOKEN', value: SECRETS.plain }],
      lines: [
        `FATAL cannot connect to postgres://app:${SECRETS.urlPassword}@db.shop:5432/orders, token ${SECRETS.plain}`,
      ],
    }),
  );
  const cluster = await replayCluster(recording.path);
  const world = startWorld({ database: database(), clusters: [cluster.config] });
  try {
    const [alert] = cluster.alerts;
    if (!alert) throw new Error('the recording has an alert');
    const { analyzeAlert } = await import('@headwater/engine/diagnose/analyze-alert.ts');
    const { signal } = new AbortController();
    const answer = JSON.stringify(await analyzeAlert({ cluster: CLUSTER, alert, now: Date.now(), signal }, world.work));
    expect(answer).toContain('postgres://app:[masked:password]@db.shop');
    expect(answer).not.toContain(SECRETS.urlPassword);
    expect(answer).not.toContain(SECRETS.plain);
  } finally {
    await world.stop();
    await cluster.stop();
  }
});
