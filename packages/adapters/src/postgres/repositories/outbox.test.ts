import { beforeEach, describe, expect, it } from 'vitest';
import { deliverNotices } from '@headwater/engine/notify/deliver-notices.ts';
import { queueNotices } from '@headwater/engine/notify/queue-notices.ts';
import type { NoticeOutcome, NoticeRequest, Notifier } from '@headwater/engine/ports/notifier.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';

const START = Date.parse('2026-03-01T10:00:00Z');

class Sink implements Notifier {
  readonly destination = 'sink';
  readonly asked: NoticeRequest[] = [];
  readonly answers: NoticeOutcome[] = [];

  tell(request: NoticeRequest): Promise<NoticeOutcome> {
    this.asked.push(request);
    return Promise.resolve(this.answers.shift() ?? { state: 'sent', receipt: { n: this.asked.length } });
  }
}

describe.each(ENGINES)('notices on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  let sink: Sink;
  let now: number;
  let count = 0;
  beforeEach(async () => {
    await database().pool.query('truncate outbox, event_cursor, event, incident cascade');
    sink = new Sink();
    now = START;
    await queueNotices(context(), ['sink']);
  });

  const context = () => ({ store: database().store, now: () => now });
  const deliver = () =>
    deliverNotices(context(), { notifiers: [sink], publicUrl: 'https://hw', signal: new AbortController().signal });

  async function incident(): Promise<string> {
    const id = `inc_${count++}`;
    await database()
      .db.insertInto('incident')
      .values({
        id,
        cluster: 'prod',
        namespaces: ['shop'],
        title: 'PodDown',
        severity: 'critical',
        status: 'open',
        started_at: new Date(START),
        created_at: new Date(START),
        updated_at: new Date(START),
      })
      .execute();
    return id;
  }

  async function happens(incidentId: string, kind = 'incident.changed'): Promise<void> {
    await database()
      .db.insertInto('event')
      .values({ at: new Date(now), kind, incident_id: incidentId, actor: 'system', payload: '{}' })
      .execute();
  }

  it('tell the present state once for any number of events', async () => {
    const id = await incident();
    for (let n = 0; n < 5; n++) await happens(id);
    expect(await queueNotices(context(), ['sink'])).toBe(5);
    expect(await queueNotices(context(), ['sink'])).toBe(0);
    expect([await deliver(), await deliver()]).toEqual([1, 0]);
    expect(sink.asked).toMatchObject([
      {
        receipt: null,
        uncertain: false,
        notice: { incidentId: id, startedAt: START, url: `https://hw/incidents/${id}` },
      },
    ]);
    await happens(id);
    await queueNotices(context(), ['sink']);
    await deliver();
    expect(sink.asked[1]?.receipt).toEqual({ n: 1 });
  });

  it('say nothing of what nobody outside sees', async () => {
    await happens(await incident(), 'incident.commented');
    await queueNotices(context(), ['sink']);
    expect(await deliver()).toBe(0);
  });

  it('wait longer after each failure, keep what was sent so far, and arrive', async () => {
    const id = await incident();
    await happens(id);
    await queueNotices(context(), ['sink']);
    const failure: NoticeOutcome = { state: 'retry', reason: 'down', after: null, receipt: { half: true } };
    sink.answers.push(failure, failure);
    const pauses: number[] = [];
    for (let last = now; sink.asked.length < 3; now += 1000) {
      if ((await deliver()) === 0) continue;
      pauses.push(now - last);
      last = now;
    }
    expect(pauses).toEqual([0, 5_000, 10_000]);
    expect(sink.asked[2]).toMatchObject({ receipt: { half: true }, uncertain: true });
  });

  it('are given up when refused, and tried again when the incident changes', async () => {
    const id = await incident();
    await happens(id);
    await queueNotices(context(), ['sink']);
    sink.answers.push({ state: 'refused', reason: 'no such channel' });
    await deliver();
    now += 86_400_000;
    expect(await deliver()).toBe(0);
    expect(await database().store.outbox.dead(10)).toMatchObject([{ incidentId: id, error: 'no such channel' }]);
    await happens(id);
    await queueNotices(context(), ['sink']);
    expect(await deliver()).toBe(1);
    expect(await database().store.outbox.dead(10)).toEqual([]);
  });

  it('are taken by one of two processes, and by the other when the first died', async () => {
    const id = await incident();
    await happens(id);
    await queueNotices(context(), ['sink']);
    const { outbox } = database().store;
    const claims = await Promise.all([1, 2].map(() => outbox.claim(now, { leaseUntil: now + 1000, limit: 5 })));
    expect(claims.flat()).toHaveLength(1);
    now += 1000;
    expect(await outbox.claim(now, { leaseUntil: now + 1000, limit: 5 })).toMatchObject([
      { incidentId: id, attempts: 2 },
    ]);
  });

  it('of a destination that is not configured any more are given up', async () => {
    const id = await incident();
    await happens(id);
    await queueNotices(context(), ['gone']);
    await deliver();
    expect(await database().store.outbox.dead(10)).toMatchObject([{ destination: 'gone', incidentId: id }]);
  });
});
