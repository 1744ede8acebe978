import { answerJson, type Asked, fakeServer } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { askJson, type EndpointOptions, openEndpoint } from './telemetry.ts';

async function ask(handler: (asked: Asked) => unknown, options: Partial<EndpointOptions> = {}) {
  await using server = await fakeServer(handler);
  const transport = openEndpoint({ url: `${server.url}/prometheus/`, timeoutMs: 2_000, ...options }, 'Mimir');
  const answer = await askJson(transport, { path: '/api' }, 'Mimir').catch((error: unknown) => error);
  return { answer, headers: server.asked[0]?.headers, path: server.asked[0]?.path };
}

describe('telemetry endpoint', () => {
  it('sends token and tenant below the path prefix', async () => {
    const { answer, headers, path } = await ask(() => ({ a: 1 }), { bearerToken: 't', tenant: 'team-a' });
    expect(answer).toEqual({ state: 'read', value: { a: 1 } });
    expect(headers).toMatchObject({ authorization: 'Bearer t', 'x-scope-orgid': 'team-a' });
    expect(path).toBe('/prometheus/api');
  });

  it('sends a user with password', async () => {
    const { headers } = await ask(() => ({}), { basic: { username: 'ann', password: 'pw' } });
    expect(headers?.authorization).toBe(`Basic ${Buffer.from('ann:pw').toString('base64')}`);
  });

  it.each([401, 403])('%i is a refusal, not a failure', async (status) => {
    const { answer } = await ask(({ response }) => answerJson(response, status, {}));
    expect(answer).toEqual({
      state: 'forbidden',
      message: `Mimir answered ${status}; check its token, password or tenant`,
    });
  });

  it('a page instead of JSON is unreachable with a hint', async () => {
    const { answer } = await ask(({ response }) => void response.end('<html>Welcome</html>'));
    expect(answer).toEqual({
      state: 'unreachable',
      message: 'Mimir answered something that is not JSON; is the address right?',
    });
  });

  it.each([400, 422])('%i throws with the words of the server', async (status) => {
    const { answer } = await ask(({ response }) => answerJson(response, status, { error: 'parse error at char 3' }));
    expect(answer).toMatchObject({ code: 'invalid', message: 'Mimir refused the query: parse error at char 3' });
  });

  it('5xx, an answer beyond the byte budget and a dead server are unreachable', async () => {
    expect(
      (await ask(({ response }) => answerJson(response, 503, { message: 'no healthy instances' }))).answer,
    ).toEqual({ state: 'unreachable', message: 'Mimir answered 503: no healthy instances' });
    expect((await ask(() => 'x'.repeat(100), { maxBytes: 50 })).answer).toMatchObject({
      state: 'unreachable',
      message: expect.stringContaining('more than 50 bytes') as string,
    });
    expect((await ask(() => ({}), { url: 'http://127.0.0.1:1' })).answer).toMatchObject({
      state: 'unreachable',
      message: expect.stringContaining('connection refused') as string,
    });
  });

  it('refuses an address without a scheme and a CA file that is missing', () => {
    expect(() => openEndpoint({ url: 'mimir:9090' }, 'Mimir')).toThrow(
      'Mimir address mimir:9090: expected http:// or https://',
    );
    expect(() => openEndpoint({ url: 'https://mimir', caFile: '/nowhere/ca.pem' }, 'Mimir')).toThrow(
      'cannot read the Mimir CA file /nowhere/ca.pem',
    );
  });
});
