import { answerJson, type Asked, fakeServer } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { readLog } from './logs.ts';
import { apiTransport } from './test-api.ts';

const REQUEST = {
  namespace: 'shop',
  pod: 'web-1',
  container: 'web',
  previous: true,
  tailLines: 10,
  since: Date.parse('2026-03-01T10:00:00Z'),
  limitBytes: 1000,
};

async function lines(
  handler: (asked: Asked) => unknown,
): Promise<{ state: string; lines: string[]; query?: string | undefined; error?: unknown }> {
  await using server = await fakeServer(handler);
  const outcome = await readLog(apiTransport(server.url), REQUEST);
  const read: string[] = [];
  let error: unknown;
  try {
    if (outcome.state === 'read') for await (const line of outcome.lines) read.push(line);
  } catch (thrown) {
    error = thrown;
  }
  return { state: outcome.state, lines: read, query: server.asked[0]?.query.toString(), error };
}

describe('readLog', () => {
  it('streams lines with timestamps of the instance that is asked for', async () => {
    const read = await lines(({ response }) => void response.end('one\r\ntwo\n'));
    expect(read).toMatchObject({ state: 'read', lines: ['one', 'two'] });
    expect(read.query).toBe(
      'container=web&previous=true&timestamps=true&tailLines=10&limitBytes=1000&sinceTime=2026-03-01T10%3A00%3A00.000Z',
    );
  });

  it('throws AppError when the connection breaks in the middle', async () => {
    const read = await lines(({ response }) => void response.write('one\n', () => response.destroy()));
    expect(read.error).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('/pods/web-1/log broke off') as string,
    });
  });

  it.each([
    [400, 'absent'],
    [404, 'absent'],
    [403, 'forbidden'],
    [500, 'unreachable'],
  ])('%i is %s', async (status, state) => {
    expect((await lines(({ response }) => answerJson(response, status, { message: 'because' }))).state).toBe(state);
  });
});
