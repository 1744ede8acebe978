import { setTimeout as sleep } from 'node:timers/promises';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { expect, it } from 'vitest';
import type { Settings } from '../config/settings.ts';
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

it('no credential reaches the journal of changes, also when it may read Secrets', async () => {
  await database().pool.query('truncate journal_object, journal_version, journal_content cascade');
  const config = (password: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'app', namespace: 'shop' },
    data: { 'app.yaml': `dsn: postgres://app:${password}@db:5432/orders`, API_TOKEN: SECRETS.plain, mode: 'fast' },
  });
  await using recording = await temporaryRecording(
    crashingWorkload({
      env: [{ name: 'DB_PASSWORD', value: SECRETS.plain }],
      objects: {
        config: [config(SECRETS.urlPassword)],
        secrets: [
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'db', namespace: 'shop' },
            data: { password: btoa(SECRETS.awsKey) },
          },
        ],
      },
      lines: ['FATAL boom'],
    }),
  );
  const cluster = await replayCluster(recording.path);
  const settings = (given: Settings): Settings => ({ ...given, journal: { ...given.journal, secrets: true } });
  const world = startWorld({ database: database(), clusters: [cluster.config], settings });
  const { rows: hashes } = await untilSome(() =>
    database().pool.query<{ content: string }>(
      `select content from journal_object where exists (select from journal_object where kind = 'Secret')`,
    ),
  );
  await world.stop();
  await cluster.stop();
  const bodies = await database().store.journal.bodies(hashes.map(({ content }) => content));
  const text = [...bodies.values()].join('\n');
  // What was hidden was really kept, or nothing would be proven.
  expect(text).toContain('"mode":"fast"');
  expect(text).toContain('postgres://app:[masked:password]@db');
  expect(text).toMatch(/"name":"DB_PASSWORD","value":"<redacted: \d+ bytes, hmac-sha256 [0-9a-f]+>"/);
  expect(text).toMatch(/"password":"<redacted: \d+ bytes, hmac-sha256 [0-9a-f]+>"/);
  for (const value of Object.values(SECRETS)) {
    expect(text).not.toContain(value);
    expect(text).not.toContain(btoa(value));
  }
});

async function untilSome<T extends { readonly rows: readonly unknown[] }>(look: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await look();
    if (found.rows.length > 0) return found;
    await sleep(25);
  }
  throw new Error('nothing was kept in ten seconds');
}

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
