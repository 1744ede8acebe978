import { answerJson, type Asked, fakeServer, until } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { startReflector } from './reflector.ts';
import { apiTransport, event, list, pod, PODS } from './test-api.ts';

// Below zero on purpose: pauses of half a second become milliseconds.
const random = (): number => -0.499;

async function follow(lists: (nth: number, asked: Asked) => unknown, watches: (nth: number, asked: Asked) => unknown) {
  const count = { list: 0, watch: 0 };
  const server = await fakeServer((asked) =>
    asked.query.has('watch') ? watches(++count.watch, asked) : lists(++count.list, asked),
  );
  const changes: string[] = [];
  const retries: string[] = [];
  const transport = apiTransport(server.url);
  const reflector = startReflector(transport, {
    resource: PODS,
    random,
    onChange: (type, { metadata }) => changes.push(`${type} ${metadata.name}`),
    onRetry: ({ message }) => retries.push(message),
  });
  return {
    reflector,
    changes,
    retries,
    count,
    names: () => reflector.objects().map(({ metadata }) => metadata.name),
    versions: () =>
      server.asked.filter(({ query }) => query.has('watch')).map(({ query }) => query.get('resourceVersion')),
    [Symbol.asyncDispose]: async () => {
      await reflector.stop();
      await transport.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const idle = ({ response }: Asked): void => response.writeHead(200).flushHeaders();
const status =
  (code: number) =>
  (_: number, { response }: Asked) =>
    answerJson(response, code, { message: 'because' });

describe('reflector', () => {
  it('lists, then follows additions, changes and deletions', async () => {
    await using api = await follow(
      () => list([pod('a'), pod('b')], '10'),
      (nth, asked) =>
        nth === 1
          ? void asked.response.end(
              event('ADDED', pod('c', '11')) + event('MODIFIED', pod('a', '12')) + event('DELETED', pod('b', '13')),
            )
          : idle(asked),
    );
    expect(await api.reflector.ready).toBeNull();
    await until(() => api.count.watch === 2);
    expect(api.names()).toEqual(['a', 'c']);
    expect(api.changes).toEqual(['ADDED a', 'ADDED b', 'ADDED c', 'MODIFIED a', 'DELETED b']);
    expect(api.versions()).toEqual(['10', '13']);
    expect(api.count.list).toBe(1);
  });

  it('moves its version by bookmarks, which are no objects', async () => {
    await using api = await follow(
      () => list([], '10'),
      (nth, asked) =>
        nth === 1
          ? void asked.response.end(event('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '99', name: 'x' } }))
          : idle(asked),
    );
    await until(() => api.count.watch === 2);
    expect(api.versions()).toEqual(['10', '99']);
    expect(api.names()).toEqual([]);
  });

  it.each(['as an event', 'as an answer'])('relists on 410 %s and tells what vanished', async (way) => {
    await using api = await follow(
      (nth) => (nth === 1 ? list([pod('a'), pod('b')], '10') : list([pod('b', '2'), pod('c')], '20')),
      (nth, asked) => {
        if (nth > 1) return idle(asked);
        return way === 'as an answer'
          ? answerJson(asked.response, 410, { message: 'too old' })
          : void asked.response.end(event('ERROR', { code: 410, message: 'too old resource version' }));
      },
    );
    await until(() => api.count.watch === 2);
    expect(api.changes).toEqual(['ADDED a', 'ADDED b', 'DELETED a', 'MODIFIED b', 'ADDED c']);
    expect(api.versions()).toEqual(['10', '20']);
    expect(api.reflector.failure()).toBeNull();
    expect(api.retries).toEqual([]);
  });

  it('goes on where a connection broke, after a pause', async () => {
    await using api = await follow(
      () => list([], '10'),
      (nth, asked) =>
        nth === 1
          ? void asked.response.write(event('ADDED', pod('a', '11')), () => asked.response.destroy())
          : idle(asked),
    );
    await until(() => api.count.watch === 2);
    expect(api.versions()).toEqual(['10', '11']);
    expect(api.changes).toEqual(['ADDED a']);
    expect(api.retries).toHaveLength(1);
    expect(api.retries[0]).toContain('broke off');
  });

  it('retries on 500 and recovers', async () => {
    await using api = await follow(
      (nth, asked) => (nth < 3 ? status(500)(nth, asked) : list([pod('a')], '1')),
      (_, asked) => idle(asked),
    );
    await api.reflector.ready;
    await until(() => api.names().length === 1);
    expect(api.retries).toHaveLength(2);
    expect(api.reflector.failure()).toBeNull();
  });

  it('does not keep others waiting for a kind that never answers', async () => {
    await using api = await follow(status(503), (_, asked) => idle(asked));
    expect(await api.reflector.ready).toMatchObject({ code: 'unavailable' });
    expect(api.reflector.failure()?.message).toContain('503');
  });

  it('resolves ready with the refusal of a forbidden kind', async () => {
    await using api = await follow(status(403), (_, asked) => idle(asked));
    expect(await api.reflector.ready).toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('because') as string,
    });
  });

  it('lists again when only watching is forbidden, so that its copy does not grow old', async () => {
    await using api = await follow((nth) => list([pod(`a${nth}`)], String(nth)), status(403));
    await until(() => api.names()[0] === 'a3');
    expect(api.changes).toContain('DELETED a1');
  });

  it('forgets the objects of a kind that was removed', async () => {
    await using api = await follow(
      (nth, asked) => (nth === 1 ? list([pod('a')], '1') : status(404)(nth, asked)),
      status(404),
    );
    await api.reflector.ready;
    await until(() => api.count.list > 1);
    expect(api.names()).toEqual([]);
    expect(api.changes).toEqual(['ADDED a', 'DELETED a']);
  });

  it('waits as long as a busy server asks', async () => {
    const busy = ({ response }: Asked): void => answerJson(response.setHeader('retry-after', '1'), 429, {});
    const started = performance.now();
    await using api = await follow(
      (nth, asked) => (nth === 1 ? busy(asked) : list([], '1')),
      (_, asked) => idle(asked),
    );
    await api.reflector.ready;
    expect(performance.now() - started).toBeGreaterThan(990);
  });

  it.each([
    ['ends every watch', (_: number, { response }: Asked) => void response.end()],
    ['calls every version too old', status(410)],
  ])('does not spin when the server %s', async (_, watches) => {
    await using server = await fakeServer((asked) =>
      asked.query.has('watch') ? watches(asked.nth, asked) : list([], '1'),
    );
    const reflector = startReflector(apiTransport(server.url), { resource: PODS, random: () => 0.5 });
    await until(() => server.asked.length >= 5);
    const { length } = server.asked;
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(server.asked.length - length).toBeLessThanOrEqual(4);
    await reflector.stop();
  });

  it('stops in the middle of a watch', async () => {
    const api = await follow(
      () => list([], '1'),
      (_, asked) => idle(asked),
    );
    await until(() => api.count.watch === 1);
    await api[Symbol.asyncDispose]();
    expect(api.reflector.failure()).toBeNull();
  });
});
