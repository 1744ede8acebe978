import { until } from '@headwater/testkit/fake-server.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { ENGINES } from '@headwater/testkit/postgres/server.ts';
import { describe, expect, it } from 'vitest';
import { append, openStream, streamServer } from '../http/stream/test-stream-server.ts';

// kube-rca: the hub of the stream was in one process, which forced a single replica.
describe.each(ENGINES)('two servers stream the same events, on PostgreSQL %s', (engine) => {
  const database = useDatabase(engine);

  it('whichever of them wrote, and an id of one resumes on the other', async () => {
    const [one, two] = await Promise.all([streamServer(database()), streamServer(database())]);
    const streams = await Promise.all([one, two].map(({ url }) => openStream(`${url}/api/stream`)));
    await until(() => streams.every((stream) => stream.lastId() !== ''));
    await Promise.all([append(database(), [1]), append(database(), [2]), append(database(), [3])]);
    await until(() => streams.every((stream) => stream.events.length === 3));
    const [left, right] = streams;
    expect(left?.events.map(({ id }) => id)).toEqual(right?.events.map(({ id }) => id));
    const resumed = await openStream(`${two.url}/api/stream`, { 'last-event-id': left?.events[0]?.id ?? '' });
    await until(() => resumed.events.length === 2);
    for (const stream of [...streams, resumed]) stream.close();
    await Promise.all([one.close(), two.close()]);
  });
});
