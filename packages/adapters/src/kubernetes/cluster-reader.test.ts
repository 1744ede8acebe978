import { answerJson, type Asked, fakeServer } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { openCluster } from './cluster-reader.ts';
import { PODS } from './test-api.ts';

async function withCluster<T>(
  handler: (asked: Asked) => unknown,
  use: (cluster: Awaited<ReturnType<typeof openCluster>>) => Promise<T>,
): Promise<T> {
  await using server = await fakeServer(handler);
  const config = {
    'current-context': 'dev',
    clusters: [{ name: 'c', cluster: { server: server.url } }],
    users: [{ name: 'c', user: {} }],
    contexts: [{ name: 'dev', context: { cluster: 'c', user: 'c' } }],
  };
  const cluster = await openCluster({ kubeconfigText: JSON.stringify(config), env: {}, clock: Date.now });
  try {
    return await use(cluster);
  } finally {
    await cluster.close();
  }
}

describe('cluster reader', () => {
  it('tells its name, version and the time of the server', async () => {
    const date = 'Sun, 01 Mar 2026 10:00:00 GMT';
    const told = await withCluster(
      ({ response }) => answerJson(response.setHeader('date', date), 200, { gitVersion: 'v1.34.0' }),
      async (cluster) => [cluster.name, await cluster.version(), await cluster.time()],
    );
    expect(told).toEqual(['dev', 'v1.34.0', Date.parse(date)]);
  });

  it('knows when the address is that of something else', async () => {
    await expect(
      withCluster(
        () => ({ hello: 'world' }),
        (cluster) => cluster.version(),
      ),
    ).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('is the address right?') as string });
  });

  it('lets no value of a Secret out, and tells refusal from absence', async () => {
    const answers = ({ path, response }: Asked): unknown => {
      if (path === '/api/v1/namespaces/shop/secrets/db')
        return {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'db', namespace: 'shop' },
          data: { p: btoa('hunter2') },
        };
      return answerJson(response, path.endsWith('/denied') ? 403 : 404, { message: 'no' });
    };
    const outcomes = await withCluster(answers, (cluster) =>
      Promise.all(['db', 'denied', 'gone'].map((name) => cluster.secret('shop', name, (value) => `${value.length}`))),
    );
    expect(outcomes).toEqual([
      {
        state: 'read',
        object: expect.objectContaining({ data: { p: '<redacted: 7 bytes, hmac-sha256 7>' } }) as unknown,
      },
      { state: 'forbidden', message: expect.any(String) as string },
      { state: 'absent', message: expect.any(String) as string },
    ]);
    expect(JSON.stringify(outcomes)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('asks for its rights', async () => {
    const allowed = (answer: unknown): Promise<boolean> =>
      withCluster(
        () => answer,
        (cluster) => cluster.allowed('list', PODS, 'shop'),
      );
    expect(await allowed({ status: { allowed: true } })).toBe(true);
    expect(await allowed({ status: { allowed: false } })).toBe(false);
    await expect(allowed({})).rejects.toMatchObject({ code: 'invalid' });
  });
});
