import { gzipSync } from 'node:zlib';
import type { Actor } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import { createIntake } from '@headwater/engine/intake/record-signals.ts';
import { type Metrics, silentMetrics } from '@headwater/engine/ports/metrics.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../config/defaults.ts';
import { signalRoutes } from '../signals/routes.ts';
import { testServer } from '../test-server.ts';
import { webhookRoutes } from './routes.ts';

const sender: Actor = {
  kind: 'token',
  id: 'tok_1',
  name: 'alertmanager',
  bindings: [{ role: 'sender', cluster: '*', namespace: '*' }],
};
const database = useDatabase('18');
const open: FastifyInstance[] = [];

beforeEach(() => database().pool.query('truncate alert cascade'));
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

interface ServerOptions {
  readonly actor?: Actor | null;
  readonly store?: Store;
  readonly bodyLimit?: number;
  readonly metrics?: Metrics;
}

async function server({
  actor = sender,
  store = database().store,
  bodyLimit,
  metrics = silentMetrics,
}: ServerOptions = {}): Promise<FastifyInstance> {
  let count = 0;
  const intake = createIntake({
    store,
    metrics,
    defaultCluster: 'default',
    newId: (prefix) => `${prefix}_${++count}`,
    elapsed: () => 0,
    maxWaitingAlerts: 20_000,
  });
  const defaults = defaultSettings();
  const mappings = [{ name: 'plain', alertname: '{/title}', labels: { host: '{/host}' }, annotations: {} }];
  const settings = {
    ...defaults,
    intake: { ...defaults.intake, mappings, ...(bodyLimit !== undefined && { bodyLimit }) },
  };
  const routes = [...webhookRoutes, ...signalRoutes];
  const app = await testServer({ routes, actor, store, services: { intake, settings } });
  open.push(app);
  return app;
}

function alert(index: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status: 'firing',
    labels: { alertname: 'PodDown', namespace: 'shop', pod: `p-${index}`, severity: 'critical' },
    annotations: { summary: 'down' },
    startsAt: '2026-03-01T09:59:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: `f${index}`,
    ...more,
  };
}

function bodyOf(...alerts: readonly unknown[]): Record<string, unknown> {
  return { version: '4', groupKey: '{}:{}', receiver: 'headwater', status: 'firing', alerts };
}

function post(url: string, payload: unknown, more: InjectOptions = {}): InjectOptions {
  return {
    method: 'POST',
    url,
    payload: JSON.stringify(payload),
    headers: { 'content-type': 'application/json' },
    ...more,
  };
}

async function stored(): Promise<unknown[]> {
  const { rows } = await database().pool.query('select fingerprint, status from alert order by fingerprint');
  return rows.map(({ fingerprint, status }) => `${fingerprint} ${status}`);
}

const HOOK = '/webhook/alertmanager';

describe('answers of the alert webhook', () => {
  it.each([HOOK, '/api/v1/webhooks/alertmanager', '/api/v2/alerts'])(
    '200 at %s once everything is stored',
    async (url) => {
      const app = await server();
      const answer = await app.inject(
        post(url, bodyOf(alert(1), alert(2, { status: 'resolved', endsAt: '2026-03-01T09:59:30Z' }))),
      );
      expect([answer.statusCode, answer.json()]).toEqual([
        200,
        { status: 'stored', alerts: 2, opened: 1, resolved: 0, repeated: 1 },
      ]);
      expect(await stored()).toEqual(['f1 firing', 'f2 resolved']);
    },
  );

  it('200 to a repeat, which changes nothing but a counter', async () => {
    const app = await server();
    await app.inject(post(HOOK, bodyOf(alert(1))));
    expect((await app.inject(post(HOOK, bodyOf(alert(1))))).json()).toMatchObject({ opened: 0, repeated: 1 });
    expect(await stored()).toEqual(['f1 firing']);
  });

  it('200 to a body without alerts', async () => {
    expect((await (await server()).inject(post(HOOK, bodyOf()))).json()).toMatchObject({ alerts: 0 });
  });

  it('400 with a pointer for one wrong alert, and nothing of the body is stored', async () => {
    const answer = await (await server()).inject(post(HOOK, bodyOf(alert(1), alert(2, { startsAt: 'soon' }))));
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'invalid', errors: [{ pointer: '/alerts/1/startsAt' }] });
    expect(await stored()).toEqual([]);
  });

  it.each(['{"version":"4",', '', '{"__proto__":{"a":1},"version":"4","alerts":[]}'])(
    '400 for the text %j',
    async (payload) => {
      const answer = await (await server()).inject({ ...post(HOOK, {}), payload });
      expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid']);
    },
  );

  it('401 without credentials, before the body is read', async () => {
    const answer = await (await server({ actor: null })).inject(post(HOOK, 'x'));
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="headwater"']);
  });

  it('403 for a sender bound to another namespace, and nothing of the body is stored', async () => {
    const actor: Actor = { ...sender, bindings: [{ role: 'sender', cluster: '*', namespace: 'billing' }] };
    const mine = alert(1, { labels: { alertname: 'A', namespace: 'billing' } });
    const app = await server({ actor });
    expect((await app.inject(post(HOOK, bodyOf(mine, alert(2))))).statusCode).toBe(403);
    expect(await stored()).toEqual([]);
    expect((await app.inject(post(HOOK, bodyOf(mine)))).statusCode).toBe(200);
  });

  it('413 for a body beyond the limit, packed or not', async () => {
    const app = await server({ bodyLimit: 2_000 });
    const large = JSON.stringify(bodyOf(alert(1, { annotations: { summary: 'x'.repeat(5_000) } })));
    const packed = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect((await app.inject({ ...post(HOOK, {}), payload: large })).statusCode).toBe(413);
    expect(
      (await app.inject({ method: 'POST', url: HOOK, headers: packed, payload: gzipSync(large) })).statusCode,
    ).toBe(413);
    expect(await stored()).toEqual([]);
  });

  it('503 with Retry-After while the database is away', async () => {
    const away = () => Promise.reject(new AppError('unavailable', 'the database cannot be reached'));
    const store: Store = { ...database().store, transaction: away };
    const answer = await (await server({ store })).inject(post(HOOK, bodyOf(alert(1))));
    expect([answer.statusCode, answer.headers['retry-after'], answer.json().code]).toEqual([503, '2', 'unavailable']);
  });

  it('503 when too much waits', async () => {
    const never = () => new Promise<never>(() => {});
    const app = await server({ store: { ...database().store, transaction: never } });
    const heavy = bodyOf(...Array.from({ length: 20_000 }, (_, index) => alert(index)));
    void app.inject(post(HOOK, heavy)).catch(() => {});
    const full = async (): Promise<number> =>
      (await Promise.race([app.inject(post(HOOK, bodyOf(alert(1)))), later(2_000)]))?.statusCode ?? 0;
    await expect.poll(full, { timeout: 5_000 }).toBe(503);
  });

  it('500 for a body that breaks inside, while its neighbours are stored', async () => {
    const { store } = database();
    const breaking: Store = {
      ...store,
      transaction: (work) =>
        store.transaction((tx) =>
          work({
            ...tx,
            alerts: {
              ...tx.alerts,
              lock: (keys) => {
                if (keys.some(({ fingerprint }) => fingerprint === 'f2')) throw new Error('poison');
                return tx.alerts.lock(keys);
              },
            },
          }),
        ),
    };
    const app = await server({ store: breaking });
    const answers = await Promise.all([1, 2, 3].map((index) => app.inject(post(HOOK, bodyOf(alert(index))))));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 500, 200]);
    expect(await stored()).toEqual(['f1 firing', 'f3 firing']);
  });

  it.each([
    undefined,
    'text/plain',
    'application/octet-stream',
    'application/json; charset=utf-8',
    'application/vnd.x+json',
  ])('reads JSON sent as %s', async (type) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const answer = await (await server()).inject({ ...post(HOOK, bodyOf(alert(1))), headers });
    expect(answer.statusCode).toBe(200);
  });

  it('reads gzip, and refuses what is not it and what it does not know', async () => {
    const app = await server();
    const send = async (encoding: string, payload: Buffer): Promise<number> => {
      const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
      return (await app.inject({ method: 'POST', url: HOOK, headers, payload })).statusCode;
    };
    expect(await send('gzip', gzipSync(JSON.stringify(bodyOf(alert(1)))))).toBe(200);
    expect(await send('gzip', Buffer.from('no gzip at all'))).toBe(400);
    expect(await send('br', Buffer.from('x'))).toBe(400);
  });

  it('takes 10,000 alerts in one body, and annotations of 10 KB in a body of 5 MB', async () => {
    const app = await server();
    const many = bodyOf(...Array.from({ length: 10_000 }, (_, index) => alert(index)));
    expect((await app.inject(post(HOOK, many))).json()).toMatchObject({ alerts: 10_000, opened: 10_000 });
    const long = bodyOf(
      ...Array.from({ length: 500 }, (_, index) =>
        alert(20_000 + index, { annotations: { description: `${index} ${'ö'.repeat(5_000)}` } }),
      ),
    );
    expect(JSON.stringify(long).length).toBeGreaterThan(2_500_000);
    expect((await app.inject(post(HOOK, long))).json()).toMatchObject({ alerts: 500, opened: 500 });
    expect((await stored()).length).toBe(10_500);
  }, 60_000);

  it('never answers 207, 3xx or 429, and counts what came in', async () => {
    const counted: string[] = [];
    const metrics: Metrics = {
      ...silentMetrics,
      count: (name, labels, by = 1) => counted.push(`${name} ${Object.values(labels).join(' ')} ${by}`),
    };
    const app = await server({ metrics });
    const bodies = [
      bodyOf(alert(1)),
      { ...bodyOf(alert(1), alert(2)), truncatedAlerts: 5 },
      {},
      [],
      bodyOf(alert(3, { status: 'x' })),
    ];
    const answers = await Promise.all(bodies.map((body) => app.inject(post(HOOK, body))));
    for (const { statusCode } of answers) expect([200, 400]).toContain(statusCode);
    expect(counted).toContain('headwater_intake_truncated_alerts_total alertmanager 5');
    expect(counted.filter((line) => line.includes('deliveries')).sort()).toEqual([
      'headwater_intake_deliveries_total alertmanager invalid 1',
      'headwater_intake_deliveries_total alertmanager invalid 1',
      'headwater_intake_deliveries_total alertmanager stored 1',
      'headwater_intake_deliveries_total alertmanager stored 1',
      'headwater_intake_deliveries_total prometheus stored 1',
    ]);
  });
});

describe('the signal endpoints', () => {
  it('answer 201 to what is new and 202 to what is known, both once it is stored', async () => {
    const app = await server();
    const answers = [];
    for (const body of [bodyOf(alert(1)), bodyOf(alert(1)), bodyOf(alert(1), alert(2))]) {
      const answer = await app.inject(post('/api/v1/signals/prometheus', body));
      answers.push([answer.statusCode, answer.json().status, answer.json().fingerprint, answer.json().summary.created]);
    }
    expect(answers).toEqual([
      [201, 'created', 'f1', 1],
      [202, 'duplicate', 'f1', 0],
      [201, 'created', 'f1', 1],
    ]);
    expect(await stored()).toEqual(['f1 firing', 'f2 firing']);
  });

  it('fail a batch whole: one wrong alert is 400 for all', async () => {
    const answer = await (await server()).inject(post('/api/v1/signals/prometheus', bodyOf(alert(1), 7)));
    expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, '/alerts/1']);
    expect(await stored()).toEqual([]);
  });

  it('open nothing on a resolve alone', async () => {
    const answer = await (await server()).inject(
      post('/api/v1/signals/prometheus', bodyOf(alert(1, { status: 'resolved', endsAt: '2026-03-01T09:59:30Z' }))),
    );
    expect(answer.statusCode).toBe(202);
    expect(await stored()).toEqual(['f1 resolved']);
  });

  it('keep a target that cannot be resolved, instead of failing', async () => {
    const answer = await (await server()).inject(
      post('/api/v1/signals/prometheus', bodyOf(alert(1, { labels: { alertname: 'Strange' } }))),
    );
    expect(answer.statusCode).toBe(201);
    expect((await database().pool.query('select subject_state from alert')).rows).toEqual([
      { subject_state: 'unresolved' },
    ]);
  });

  it('take a Warning Event and refuse a Normal one', async () => {
    const app = await server();
    const event = {
      type: 'Warning',
      reason: 'BackOff',
      message: 'm',
      involvedObject: { kind: 'Pod', namespace: 'shop', name: 'cart-1' },
      lastTimestamp: '2026-03-01T09:59:00Z',
    };
    expect((await app.inject(post('/api/v1/signals/kubernetes-event', event))).statusCode).toBe(201);
    expect((await app.inject(post('/api/v1/signals/kubernetes-event', { ...event, type: 'Normal' }))).statusCode).toBe(
      400,
    );
    expect((await database().pool.query('select name, subject from alert')).rows).toEqual([
      { name: 'BackOff', subject: { kind: 'Pod', namespace: 'shop', name: 'cart-1' } },
    ]);
  });

  it('take any JSON by a configured mapping; another mapping is not there', async () => {
    const app = await server();
    expect(
      (await app.inject(post('/api/v1/signals/generic/plain', { title: 'Disk', host: 'a' }))).json(),
    ).toMatchObject({ opened: 1 });
    expect((await app.inject(post('/api/v1/signals/generic/plain', { host: 'a' }))).statusCode).toBe(400);
    expect((await app.inject(post('/api/v1/signals/generic/other', {}))).statusCode).toBe(404);
  });
});

function later(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}
