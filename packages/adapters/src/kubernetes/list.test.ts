import { answerJson, type Asked, fakeServer } from '@headwater/testkit/fake-server.ts';
import { describe, expect, it } from 'vitest';
import { listAll, listPages } from './list.ts';
import { apiTransport, list, pod, PODS, SECRETS } from './test-api.ts';

async function outcome(handler: (asked: Asked) => unknown, resource = PODS, maxObjects = 10_000) {
  await using server = await fakeServer(handler);
  return { outcome: await listAll(apiTransport(server.url), { resource }, maxObjects), asked: server.asked };
}

function names(outcome: Awaited<ReturnType<typeof listAll>>): string[] {
  return outcome.state === 'read' ? outcome.objects.map(({ metadata }) => metadata.name) : [outcome.state];
}

describe('list', () => {
  it('asks for pages of 500 and follows the continue token', async () => {
    const { outcome: read, asked } = await outcome(({ nth }) =>
      nth === 1 ? list([pod('a')], '5', 'more') : list([pod('b')], '5'),
    );
    expect(names(read)).toEqual(['a', 'b']);
    expect(read).toMatchObject({ cut: null });
    expect(asked.map(({ query }) => [query.get('limit'), query.get('continue')])).toEqual([
      ['500', null],
      ['500', 'more'],
    ]);
  });

  it('gives each item its kind and the version to watch from', async () => {
    await using server = await fakeServer(() => list([pod('a')], '77'));
    const page = await listPages(apiTransport(server.url), { resource: PODS, namespace: 'shop' });
    expect(page).toMatchObject({ resourceVersion: '77', complete: true, objects: [{ apiVersion: 'v1', kind: 'Pod' }] });
    expect(server.asked[0]?.path).toBe('/api/v1/namespaces/shop/pods');
  });

  it('starts over when the continue token expired, and gives up after three times', async () => {
    const expires = ({ query, nth, response }: Asked): unknown => {
      if (nth === 2) return answerJson(response, 410, { message: 'the provided continue parameter is too old' });
      return query.has('continue') ? list([pod('b')], '9') : list([pod('a')], '9', 'more');
    };
    expect(names((await outcome(expires)).outcome)).toEqual(['a', 'b']);
    const never = await outcome(({ query, response }) =>
      query.has('continue') ? answerJson(response, 410, {}) : list([pod('a')], '9', 'more'),
    );
    expect(never.outcome).toMatchObject({ state: 'unreachable', message: expect.stringContaining('410') as string });
    expect(never.asked).toHaveLength(8);
  });

  it('says when it was cut, and not when the last page was full', async () => {
    const pages = ({ nth }: Asked): unknown => list([pod(`a${nth}`)], '1', nth < 2 ? 'more' : '');
    expect((await outcome(pages, PODS, 1)).outcome).toMatchObject({ cut: 'only the first 1 pods were read' });
    expect((await outcome(pages, PODS, 2)).outcome).toMatchObject({ cut: null });
  });

  it('asks again when the server says how long to wait, and not for ever', async () => {
    const busy = ({ response }: Asked): void =>
      answerJson(response.setHeader('retry-after', '0'), 429, { message: 'too many requests' });
    expect(names((await outcome((asked) => (asked.nth < 3 ? busy(asked) : list([pod('a')], '1')))).outcome)).toEqual([
      'a',
    ]);
    const { outcome: refused, asked } = await outcome(busy);
    expect(refused).toMatchObject({ state: 'unreachable', message: expect.stringContaining('429') as string });
    expect(asked).toHaveLength(4);
  });

  it('turns a refusal, a kind that vanished, a broken server and a strange answer into outcomes', async () => {
    const answers = (status: number) => outcome(({ response }) => answerJson(response, status, { message: 'because' }));
    expect((await answers(403)).outcome).toMatchObject({
      state: 'forbidden',
      message: expect.stringContaining('because') as string,
    });
    expect((await answers(404)).outcome).toEqual({ state: 'read', objects: [], cut: null });
    expect((await answers(500)).outcome).toMatchObject({ state: 'unreachable' });
    expect((await outcome(({ response }) => void response.end('<html>'))).outcome).toMatchObject({
      state: 'unreachable',
      message: expect.stringContaining('is not JSON') as string,
    });
    await expect(answers(401)).rejects.toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('missing, wrong or expired') as string,
    });
  });

  it('reads Secrets by their metadata only and drops a value all the same', async () => {
    const { outcome: read, asked } = await outcome(
      () =>
        list(
          [
            { ...pod('s'), data: { key: 'c2VjcmV0' }, stringData: { a: 'b' } },
            null as unknown as object,
            { metadata: {} },
          ],
          '1',
        ),
      SECRETS,
    );
    expect(asked[0]?.headers.accept).toContain('as=PartialObjectMetadataList');
    expect(names(read)).toEqual(['s']);
    expect(JSON.stringify(read)).not.toContain('c2VjcmV0');
    expect(JSON.stringify(read)).not.toContain('stringData');
  });
});
