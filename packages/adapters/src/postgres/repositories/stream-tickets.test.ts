import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-03-01T10:00:00Z');

describe.each(ENGINES)('stream tickets on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  const holder = { kind: 'user', id: 'usr_1', sessionId: 'ses_1' } as const;

  it('are taken once, of many who try at the same moment by exactly one', async () => {
    const { streamTickets } = database().store;
    await streamTickets.insert({ hash: 'a', holder, expiresAt: NOW + 1_000, now: NOW });
    const taken = await Promise.all(Array.from({ length: 8 }, () => streamTickets.take('a', NOW)));
    expect(taken.filter((one) => one !== null)).toEqual([holder]);
    expect(await streamTickets.take('a', NOW)).toBeNull();
  });

  it('are nothing when they ran out or never were, and are forgotten then', async () => {
    const { streamTickets } = database().store;
    const token = { kind: 'token', id: 'tok_1', sessionId: null } as const;
    await streamTickets.insert({ hash: 'b', holder: token, expiresAt: NOW + 1_000, now: NOW });
    expect(await streamTickets.take('never', NOW)).toBeNull();
    expect(await streamTickets.take('b', NOW + 1_000)).toBeNull();
    await streamTickets.insert({ hash: 'c', holder: token, expiresAt: NOW + 1_000, now: NOW });
    await streamTickets.insert({ hash: 'd', holder: token, expiresAt: NOW + 9_000, now: NOW + 5_000 });
    const { rows } = await database().pool.query<{ ticket_hash: string }>('select ticket_hash from stream_ticket');
    expect(rows.map((row) => row.ticket_hash)).toEqual(['d']);
    expect(await streamTickets.take('d', NOW + 5_000)).toEqual(token);
  });
});
