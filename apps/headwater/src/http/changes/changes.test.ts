import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { changedObjects, START } from '@headwater/engine/journal/test-journal.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../security/test-app.ts';

interface Page {
  readonly items: readonly { readonly id: string; readonly subject: { readonly name: string } }[];
  readonly nextCursor: string | null;
}

const EVERYWHERE: RoleBinding = { role: 'viewer', cluster: '*', namespace: '*' };

describe('the list of changes', () => {
  const database = useDatabase('18');
  let test: TestApp;

  beforeAll(async () => {
    test = await testApp({ store: database().store });
    await changedObjects(database(), 'prod', ['flags', 'shop'], ['ledger', 'bank'], ['reader', null]);
    await changedObjects(database(), 'test', ['flags', 'shop']);
  });

  async function get(query = '', binding = EVERYWHERE) {
    const answer = await test.app.inject({ url: `/api/v1/changes${query}`, headers: await test.program(binding) });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<Page>();
  }
  async function names(query = '', binding = EVERYWHERE) {
    return (await get(query, binding)).items.map(({ subject }) => subject.name);
  }

  it('tells what changed, by whom and how', async () => {
    const { items } = await get('?cluster=prod&object=flags');
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        cluster: 'prod',
        subject: { cluster: 'prod', kind: 'ConfigMap', namespace: 'shop', name: 'flags' },
        act: 'changed',
        at: new Date(START + 3_000).toISOString().replace('.000', ''),
        noEarlierThan: null,
        observedAt: new Date(START + 3_000).toISOString().replace('.000', ''),
        actor: null,
        byHand: false,
        diff: [{ path: 'data.mode', before: 'fast', after: 'slow' }],
      },
    ]);
  });

  it('is newest first, and narrowed by every parameter', async () => {
    expect(await names('?cluster=prod')).toEqual(['flags', 'ledger', 'reader']);
    expect(await names('?namespace=bank')).toEqual(['ledger']);
    expect(await names('?kind=ClusterRole,Secret')).toEqual(['reader']);
    expect(await names('?act=created')).toEqual([]);
    expect(await names('?byHand=true')).toEqual([]);
    expect(await names('?from=2026-03-01T10:00:03Z&cluster=prod')).toEqual(['flags']);
    expect(await names('?to=2026-03-01T10:00:02Z&cluster=prod')).toEqual(['reader']);
  });

  it('goes page by page without a gap or a repeat', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await get(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.items).toHaveLength(1);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(4);
  });

  it('shows a namespace to whom it is bound, and what belongs to the cluster to whom the cluster is', async () => {
    const bound = (cluster: string, namespace: string): RoleBinding => ({ role: 'viewer', cluster, namespace });
    expect(await names('', bound('prod', 'shop'))).toEqual(['flags']);
    expect(await names('?namespace=bank', bound('prod', 'shop'))).toEqual([]);
    expect(await names('?kind=ClusterRole', bound('prod', 'shop'))).toEqual([]);
    expect(await names('', bound('prod', '*'))).toEqual(['flags', 'ledger', 'reader']);
    expect(await names('', bound('*', 'shop'))).toEqual(['flags', 'flags']);
    const sender = await test.program({ role: 'sender', cluster: '*', namespace: '*' });
    expect((await test.app.inject({ url: '/api/v1/changes', headers: sender })).statusCode).toBe(403);
  });

  it('refuses a cursor it did not give and a time that is none', async () => {
    for (const query of ['?cursor=abc', '?from=yesterday', '?act=exploded', '?limit=0']) {
      const headers = await test.program(EVERYWHERE);
      expect((await test.app.inject({ url: `/api/v1/changes${query}`, headers })).statusCode).toBe(400);
    }
  });
});
