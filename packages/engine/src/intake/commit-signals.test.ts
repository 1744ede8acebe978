import type { SignalAlert } from '@headwater/contracts/webhooks/signal.ts';
import { decideSignal, type Episode } from '@headwater/core/alert/episode.ts';
import { compareText } from '@headwater/core/subject.ts';
import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import { type TestDatabase, useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { commitSignals } from './commit-signals.ts';
import { deliveryOf } from './delivery.ts';
import { countingIds, resolvedAt, testAlert, testBody } from './test-signals.ts';

const T = Date.parse('2026-03-01T10:00:00Z');

describe.each(ENGINES)('commitSignals on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let newId = countingIds();

  beforeEach(async () => {
    await database().pool.query('truncate alert cascade');
    newId = countingIds();
  });

  async function send(alerts: readonly SignalAlert[], at: Millis): Promise<readonly string[]> {
    const outcomes = await commitSignals(database().store, [deliveryOf(testBody(alerts), 'prod', at)], newId);
    return outcomes.flatMap(({ reasons }) => reasons);
  }

  it('stores an alert with everything its sender said', async () => {
    const alert = testAlert(
      { deployment: 'cart', 'k8s.io/größe': 'ü' },
      { startsAt: T, generatorUrl: 'http://prometheus/graph', extra: { externalUrl: 'http://am' } },
    );
    expect(await send([alert], T + 5)).toEqual(['opened']);
    const [row] = (await database().pool.query('select * from alert')).rows;
    expect(row).toMatchObject({
      cluster: 'prod',
      fingerprint: alert.fingerprint,
      source: 'alertmanager',
      name: 'PodDown',
      severity: 'warning',
      namespace: 'shop',
      labels: alert.labels,
      annotations: alert.annotations,
      extra: { externalUrl: 'http://am' },
      subject: { kind: 'Deployment', namespace: 'shop', name: 'cart' },
      subject_state: 'resolved',
      group_key: '{}:{alertname="PodDown"}',
      receiver: 'headwater',
      generator_url: 'http://prometheus/graph',
      status: 'firing',
      first_seen_at: T + 5,
      last_seen_at: T + 5,
    });
    expect(await episodes(database())).toEqual([
      { starts_at: T, ends_at: null, status: 'firing', ended_by: null, repeats: 0, correlate: true },
    ]);
  });

  it('keeps an alert whose target cannot be resolved, and marks it', async () => {
    await send([testAlert({}, { startsAt: T })], T);
    const { rows } = await database().pool.query('select subject, subject_state, subject_reason from alert');
    expect(rows).toEqual([
      { subject: null, subject_state: 'unresolved', subject_reason: 'only the namespace shop is named' },
    ]);
  });

  it('costs one counter to repeat, and leaves the alert row alone', async () => {
    const alert = testAlert({}, { startsAt: T });
    await send([alert], T);
    const before = await database().pool.query('select xmin, last_seen_at from alert');
    await database().pool.query('update alert_episode set correlate = false');
    expect(await send([alert], T + 20 * SECOND)).toEqual(['repeated']);
    expect(await send([alert, alert], T + 30 * SECOND)).toEqual(['repeated', 'repeated']);
    expect(await episodes(database())).toMatchObject([{ repeats: 3, correlate: false }]);
    expect((await database().pool.query('select xmin, last_seen_at from alert')).rows).toEqual(before.rows);
    await send([alert], T + 2 * MINUTE);
    expect((await database().pool.query('select last_seen_at from alert')).rows).toEqual([
      { last_seen_at: T + 2 * MINUTE },
    ]);
  });

  it('takes over what a repeat says anew', async () => {
    const alert = testAlert({}, { startsAt: T });
    await send([alert], T);
    await send([{ ...alert, annotations: { summary: 'seven Pods are down' } }], T + SECOND);
    const { rows } = await database().pool.query(
      `select annotations, first_seen_at from alert where search @@ to_tsquery('simple', 'seven')`,
    );
    expect(rows).toEqual([{ annotations: { summary: 'seven Pods are down' }, first_seen_at: T }]);
  });

  it('hands correlation what began and what ended, never a repeat or a tombstone', async () => {
    const alert = testAlert({}, { startsAt: T });
    expect(await send([resolvedAt(testAlert({ pod: 'b' }, { startsAt: T }), T + SECOND)], T + 2 * SECOND)).toEqual([
      'tombstone',
    ]);
    expect((await waiting(database())).length).toBe(0);
    await send([alert], T);
    expect((await waiting(database())).length).toBe(1);
    await database().pool.query('update alert_episode set correlate = false');
    await send([resolvedAt(alert, T + MINUTE)], T + MINUTE);
    expect(await waiting(database())).toMatchObject([{ status: 'resolved', ends_at: T + MINUTE }]);
    expect((await database().pool.query('select distinct status from alert')).rows).toEqual([{ status: 'resolved' }]);
  });

  it('ends the older span when a new one begins', async () => {
    const alert = testAlert({}, { startsAt: T });
    await send([alert], T);
    expect(await send([{ ...alert, startsAt: T + MINUTE }], T + MINUTE)).toEqual(['superseded']);
    expect(await episodes(database())).toMatchObject([
      { starts_at: T, ends_at: T + MINUTE, status: 'resolved', ended_by: 'superseded' },
      { starts_at: T + MINUTE, status: 'firing' },
    ]);
  });

  it('decides about a span older than the newest few by what is stored of it', async () => {
    const alert = testAlert({}, { startsAt: T });
    for (let index = 0; index < 6; index++) {
      await send([{ ...alert, startsAt: T + index * MINUTE }], T + index * MINUTE);
    }
    expect(await send([alert, resolvedAt(alert, T + SECOND)], T + 10 * MINUTE)).toEqual(['outdated', 'end-corrected']);
    const stored = await episodes(database());
    expect(stored.length).toBe(6);
    expect(stored[0]).toMatchObject({ ends_at: T + SECOND, ended_by: 'source' });
  });

  it('takes all bodies of a batch, in order, and tells each its own', async () => {
    const [a, b] = [testAlert({ pod: 'a' }, { startsAt: T }), testAlert({ pod: 'b' }, { startsAt: T })];
    const bodies = [[a], [a, b], [resolvedAt(a, T + SECOND)], []].map((alerts, index) =>
      deliveryOf(testBody(alerts), 'prod', T + index),
    );
    const outcomes = await commitSignals(database().store, bodies, newId);
    expect(outcomes.map(({ reasons }) => reasons)).toEqual([['opened'], ['repeated', 'opened'], ['resolved'], []]);
  });

  it('keeps the same fingerprint of two clusters apart', async () => {
    await send(
      [
        testAlert({}, { startsAt: T, fingerprint: 'same' }),
        testAlert({ cluster: 'dev' }, { startsAt: T, fingerprint: 'same' }),
      ],
      T,
    );
    const { rows } = await database().pool.query('select cluster from alert order by cluster');
    expect(rows).toEqual([{ cluster: 'dev' }, { cluster: 'prod' }]);
  });

  it('stores NUL characters and broken surrogates as replacement characters', async () => {
    const alert = testAlert(
      { 'na\u0000me': 'x\u0000y\ud800' },
      { startsAt: T, fingerprint: 'f\u0000', annotations: { summary: '\u0000' } },
    );
    expect(await send([alert], T)).toEqual(['opened']);
    expect(await send([alert], T + 1)).toEqual(['repeated']);
    const { rows } = await database().pool.query('select fingerprint, annotations from alert');
    expect(rows).toEqual([{ fingerprint: 'f\ufffd', annotations: { summary: '\ufffd' } }]);
  });

  it('takes 10,000 alerts in one body and annotations of 1 MB', async () => {
    const alerts = Array.from({ length: 10_000 }, (_, index) => testAlert({ pod: `p-${index}` }, { startsAt: T }));
    const reasons = await send(
      [...alerts, testAlert({ pod: 'big' }, { startsAt: T, annotations: { summary: 'wört '.repeat(200_000) } })],
      T,
    );
    expect(new Set(reasons)).toEqual(new Set(['opened']));
    expect((await episodes(database())).length).toBe(10_001);
  }, 30_000);

  it('never doubles an episode when two processes store the same alerts at once', async () => {
    const alerts = Array.from({ length: 40 }, (_, index) => testAlert({ pod: `p-${index}` }, { startsAt: T }));
    const writers = [0, 1, 2, 3].map(async (writer) => {
      const ids = countingIds(writer * 1_000_000);
      for (let round = 0; round < 5; round++) {
        const shuffled = round % 2 === 0 ? alerts : [...alerts].reverse();
        await commitSignals(database().store, [deliveryOf(testBody(shuffled), 'prod', T + round)], ids);
      }
    });
    await Promise.all(writers);
    const { rows } = await database().pool.query(
      'select count(*) as alerts, count(distinct alert_id) as distinct, sum(repeats) as repeats from alert_episode',
    );
    expect(rows).toEqual([{ alerts: 40, distinct: 40, repeats: 40 * 19 }]);
  });

  it('stores every history of two replicas as the rules in memory say', async () => {
    const step = fc.record({
      pod: fc.constantFrom('a', 'b'),
      start: fc.integer({ min: 0, max: 4 }),
      end: fc.option(fc.integer({ min: 0, max: 30 }), { nil: null }),
      delay: fc.integer({ min: 0, max: 40 }),
      joined: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        await database().pool.query('truncate alert cascade');
        const model = new Map<string, Map<Millis, Episode>>();
        let clock = T + 5 * MINUTE;
        let batch: ReturnType<typeof deliveryOf>[] = [];
        for (const { pod, start, end, delay, joined } of steps) {
          clock += delay * SECOND;
          const startsAt = T + start * MINUTE;
          const alert = testAlert(
            { pod },
            {
              startsAt,
              status: end === null ? 'firing' : 'resolved',
              endsAt: end === null ? null : startsAt + end * SECOND,
            },
          );
          const known = model.get(pod) ?? new Map<Millis, Episode>();
          model.set(pod, known);
          for (const episode of decideSignal([...known.values()], alert, clock).put)
            known.set(episode.startsAt, episode);
          batch.push(deliveryOf(testBody([alert]), 'prod', clock));
          if (joined) continue;
          await commitSignals(database().store, batch, newId);
          batch = [];
        }
        await commitSignals(database().store, batch, newId);
        const { rows } =
          await database().pool.query(`select labels ->> 'pod' as pod, a.status as alert, e.starts_at, e.ends_at,
          e.status, e.ended_by, e.repeats from alert_episode e join alert a on a.id = e.alert_id order by pod, starts_at`);
        const expected = [...model].flatMap(([pod, known]) => {
          const alert = [...known.values()].some(({ status }) => status === 'firing') ? 'firing' : 'resolved';
          return [...known.values()].map(({ startsAt, endsAt, status, endedBy, repeats }) => {
            return { pod, alert, starts_at: startsAt, ends_at: endsAt, status, ended_by: endedBy, repeats };
          });
        });
        expect(rows).toEqual(
          expected.sort((left, right) => compareText(left.pod, right.pod) || left.starts_at - right.starts_at),
        );
      }),
      { numRuns: 25 },
    );
  }, 30_000);
});

async function episodes({ pool }: TestDatabase): Promise<Record<string, unknown>[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    'select starts_at, ends_at, status, ended_by, repeats, correlate from alert_episode order by starts_at, id',
  );
  return rows;
}

async function waiting({ pool }: TestDatabase): Promise<Record<string, unknown>[]> {
  const { rows } = await pool.query<Record<string, unknown>>('select * from alert_episode where correlate order by id');
  return rows;
}
