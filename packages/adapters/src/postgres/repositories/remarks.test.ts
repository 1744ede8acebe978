import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { T, testId } from './test-rows.ts';

const target = { kind: 'incident', id: 'inc_1' } as const;

describe.each(ENGINES)('comments and votes on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  beforeEach(() => database().pool.query('truncate comment, vote'));
  const comments = () => database().store.comments;
  const add = async (body: string, on: { readonly kind: 'incident' | 'alert'; readonly id: string } = target) => {
    const id = testId('cmt');
    await comments().insert({
      id,
      target: on,
      authorId: 'usr_1',
      authorName: 'kim',
      body,
      createdAt: T,
      editedAt: null,
    });
    return id;
  };
  const bodies = async (after: string | null = null, limit = 10) =>
    (await comments().list(target, { after, limit })).map(({ body }) => body);

  it('keeps comments of one target, the oldest first, by pages', async () => {
    const first = await add('one');
    await add('two');
    await add('elsewhere', { kind: 'alert', id: 'inc_1' });
    expect(await bodies()).toEqual(['one', 'two']);
    expect(await bodies(null, 1)).toEqual(['one']);
    expect(await bodies(first)).toEqual(['two']);
  });

  it('edits and removes; what is removed is read by nobody and stays stored', async () => {
    const id = await add('wrong\u0000');
    await comments().edit(id, 'right', T + 5);
    expect(await comments().lock(id)).toMatchObject({ body: 'right', editedAt: T + 5 });
    await comments().remove(id, T + 9);
    expect(await comments().lock(id)).toBeNull();
    expect(await bodies()).toEqual([]);
    expect((await database().pool.query('select 1 from comment')).rowCount).toBe(1);
  });

  it('counts one vote per person and tells the one before', async () => {
    const vote = (userId: string, value: 'up' | 'down' | null) => comments().vote(target, { userId, value, at: T });
    expect(await vote('a', 'up')).toBeNull();
    expect(await vote('a', 'down')).toBe('up');
    expect(await vote('b', 'down')).toBeNull();
    expect(await comments().votes(target, 'a')).toEqual({ up: 0, down: 2, mine: 'down' });
    expect(await vote('a', null)).toBe('down');
    expect(await vote('a', null)).toBeNull();
    expect(await comments().votes(target, 'a')).toEqual({ up: 0, down: 1, mine: null });
  });
});

describe.each(ENGINES)('idempotency keys on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  beforeEach(() => database().pool.query('truncate idempotency_key'));
  const keys = () => database().store.idempotency;
  const request = { actorId: 'usr_1', key: 'k', requestHash: 'h' };
  const at = { now: T, abandoned: T - 1000 };
  const answer = { status: 201, body: { id: 'x' }, headers: { etag: '"1"' } };

  it('are taken once, answered, and answered again', async () => {
    expect(await keys().take(request, at)).toEqual({ state: 'taken' });
    expect(await keys().take(request, at)).toEqual({ state: 'in-flight' });
    await keys().answer(request, answer);
    expect(await keys().take(request, at)).toEqual({ state: 'answered', answer });
    expect(await keys().take({ ...request, requestHash: 'other' }, at)).toEqual({ state: 'other-request' });
    expect(await keys().take({ ...request, actorId: 'usr_2' }, at)).toEqual({ state: 'taken' });
  });

  it('are taken by one of many at once', async () => {
    const states = await Promise.all(Array.from({ length: 8 }, () => keys().take(request, at)));
    expect(states.filter(({ state }) => state === 'taken')).toHaveLength(1);
  });

  it('are given back, but never an answered one', async () => {
    await keys().take(request, at);
    await keys().release(request);
    expect(await keys().take(request, at)).toEqual({ state: 'taken' });
    await keys().answer(request, answer);
    await keys().release(request);
    expect((await keys().take(request, at)).state).toBe('answered');
  });

  it('pass to the next once abandoned, and only for the same request', async () => {
    await keys().take(request, at);
    const later = { now: T + 5000, abandoned: T + 1 };
    expect(await keys().take({ ...request, requestHash: 'other' }, later)).toEqual({ state: 'other-request' });
    expect(await keys().take(request, later)).toEqual({ state: 'taken' });
    expect(await keys().take(request, later)).toEqual({ state: 'in-flight' });
  });

  it('are forgotten when old', async () => {
    await keys().take(request, at);
    expect(await keys().forget(T)).toBe(0);
    expect(await keys().forget(T + 1)).toBe(1);
  });
});
