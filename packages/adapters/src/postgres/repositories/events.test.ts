import type { NewEvent } from '@headwater/engine/ports/store/events.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { beforeEach, describe, expect, it } from 'vitest';

const NOW = Date.parse('2026-03-01T10:00:00Z');

function event(writer: number, more: Partial<NewEvent> = {}): NewEvent {
  return {
    at: NOW,
    kind: 'incident.changed',
    incidentId: null,
    cluster: 'prod',
    namespaces: ['shop'],
    actor: 'kim',
    payload: { writer },
    ...more,
  };
}

describe.each(ENGINES)('events on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);
  beforeEach(() => database().pool.query('truncate event restart identity'));

  it('come back as they were told, in order, from where one stopped', async () => {
    const { events } = database().store;
    expect(await events.newest()).toBe(0);
    await events.append([]);
    await events.append([event(1), event(2, { cluster: null, namespaces: [], payload: { text: 'a\u0000b' } })]);
    expect(await events.newest()).toBe(2);
    expect(await events.after(0, 10)).toEqual([
      { ...event(1), id: 1 },
      { ...event(2), id: 2, cluster: null, namespaces: [], payload: { text: 'a\ufffdb' } },
    ]);
    expect((await events.after(1, 10)).map(({ id }) => id)).toEqual([2]);
    expect(await events.after(0, 1)).toHaveLength(1);
  });

  it('are never skipped by a reader who follows the ids while many write', async () => {
    const { store } = database();
    const seen: number[] = [];
    const read = async () => {
      for (let last = 0; seen.length < 180; ) {
        for (const { id } of await store.events.after(last, 100)) {
          seen.push(id);
          last = id;
        }
      }
    };
    const write = async (writer: number) => {
      for (let count = 0; count < 15; count++) {
        await store.transaction(async (tx) => {
          await tx.secrets.keep(`w${writer}-${count}`, 'x', NOW);
          await tx.events.append([event(writer), event(writer)]);
        });
      }
    };
    const reader = read();
    await Promise.all(Array.from({ length: 6 }, (_, writer) => write(writer)));
    await reader;
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(new Set(seen).size).toBe(180);
  });

  it('wake readers when they are committed, not before', async () => {
    const client = await database().pool.connect();
    const told: string[] = [];
    client.on('notification', ({ channel }) => told.push(channel));
    await client.query('listen headwater_event');
    await database().store.transaction(async (tx) => {
      await tx.events.append([event(1)]);
      await client.query('select 1');
      expect(told).toEqual([]);
    });
    while (told.length === 0) await client.query('select 1');
    expect(told).toEqual(['headwater_event']);
    await client.query('unlisten *');
    client.release();
  });
});
