import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@headwater/testkit/fake-server.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import { append, openStream, streamServer } from '../http/stream/test-stream-server.ts';

// kube-rca: events lived in memory and had no id; a client that reconnected had missed whatever came between.
describe.each(ENGINES)('a stream resumes without a gap, on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('across restarts of the server, while events keep coming from many writers', async () => {
    const total = 300;
    const seen: number[] = [];
    let server = await streamServer(database());
    const first = await openStream(`${server.url}/api/stream`);
    await until(() => first.lastId() !== '');
    let lastId = first.lastId();
    first.close();
    const numbers = Array.from({ length: total }, (_, n) => n);
    const writer = async (mine: readonly number[]): Promise<void> => {
      for (const n of mine) await append(database(), [n]);
    };
    const writing = Promise.all([0, 1, 2].map((writerOf) => writer(numbers.filter((n) => n % 3 === writerOf))));
    for (let restarts = 0; seen.length < total; restarts++) {
      const stream = await openStream(`${server.url}/api/stream`, { 'last-event-id': lastId });
      const goal = Math.min(total, 100 * (restarts + 1));
      await until(() => seen.length + stream.events.length >= goal || restarts > 5);
      // The server goes while it still sends; what is on its way may or may not arrive.
      await server.close();
      await stream.ended;
      seen.push(...stream.numbers());
      lastId = stream.lastId();
      server = await streamServer(database());
    }
    await writing;
    await server.close();
    expect(seen.length).toBe(total);
    expect([...seen].sort((left, right) => left - right)).toEqual(numbers);
  });

  it('lives longer than any other request may take', async () => {
    const server = await streamServer(database(), { heartbeatMs: 50 });
    const stream = await openStream(`${server.url}/api/stream`);
    await sleep(1_500);
    await append(database(), [7]);
    await until(() => stream.events.length === 1);
    stream.close();
    await server.close();
  });
});
