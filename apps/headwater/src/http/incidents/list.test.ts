import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { testAlert } from '@headwater/engine/intake/test-signals.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents, T } from './test-incidents.ts';

interface Page {
  readonly items: readonly { readonly number: number; readonly id: string; readonly title: string }[];
  readonly nextCursor: string | null;
}

const database = useDatabase('18');
let scene: IncidentScene;
beforeEach(async () => {
  scene = await openIncidents(database());
});

async function numbers(query: string, actor = kim): Promise<readonly number[]> {
  const answer = await (await scene.as(actor)).inject({ url: `/api/v1/incidents?${query}` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer
    .json<Page>()
    .items.map(({ number }) => number)
    .sort((left, right) => left - right);
}

it('lists incidents in full', async () => {
  const answer = await (await scene.as(kim)).inject({ url: '/api/v1/incidents?namespace=shop' });
  expect(answer.json()).toEqual({
    nextCursor: null,
    items: [
      expect.objectContaining({
        id: scene.shop,
        title: expect.stringContaining('Deployment shop/cart'),
        severity: 'warning',
        status: 'open',
        cluster: 'prod',
        namespaces: ['shop'],
        subject: expect.objectContaining({ kind: 'Deployment', name: 'cart' }),
        startedAt: '2026-03-01T09:59:00Z',
        resolvedAt: null,
        acknowledgedBy: null,
        alertCount: 2,
        firingCount: 2,
        verdict: null,
        diagnosisState: 'pending',
        muted: false,
        hidden: false,
        version: expect.any(Number),
      }),
    ],
  });
});

it('narrows by every filter in the store', async () => {
  const app = await scene.as(kim);
  const { number: shop } = (await app.inject({ url: `/api/v1/incidents/${scene.shop}` })).json<{ number: number }>();
  const bank = shop === 1 ? 2 : 1;
  await app.inject({ method: 'POST', url: `/api/v1/incidents/${scene.bank}/acknowledge` });
  await app.inject({ method: 'POST', url: `/api/v1/incidents/${scene.bank}/assign`, payload: { assignee: 'kim' } });
  await app.inject({ method: 'POST', url: `/api/v1/incidents/${scene.shop}/snooze`, payload: { minutes: 60 } });
  await scene.diagnose();
  const expectations: readonly (readonly [string, readonly number[]])[] = [
    ['status=open', [shop]],
    ['status=open,acknowledged', [1, 2]],
    ['status=resolved', []],
    ['severity=critical', [bank]],
    ['severity=info&severity=warning', [shop]],
    ['cluster=prod', [1, 2]],
    ['cluster=other', []],
    ['namespace=bank,other', [bank]],
    ['assignee=me', [bank]],
    ['assignee=none', [shop]],
    ['assignee=none,kim', [1, 2]],
    ['category=oom-killed', [shop]],
    ['verdict=cause', [shop]],
    ['verdict=ambiguous', []],
    ['q=cart', [shop]],
    ['q=ledg', [1, 2]],
    ['q=ledger%20-cart', [bank]],
    [`q=%23${bank}`, [bank]],
    [`q=${scene.shop}`, [shop]],
    ['q=%27);drop%20table%20incident;--', []],
    [`from=${encodeURIComponent('2026-03-01T09:59:15Z')}`, [bank]],
    [`to=${encodeURIComponent('2026-03-01T10:59:15+01:00')}`, [shop]],
    ['snoozed=true', [shop]],
    ['snoozed=false', [bank]],
    ['hidden=true', []],
  ];
  for (const [query, wanted] of expectations) expect(await numbers(query), query).toEqual(wanted);
});

it.each(['startedAt', 'updatedAt', 'severity'])('pages by %s without missing or repeating one', async (sort) => {
  for (let index = 0; index < 7; index++)
    await scene.deliver(
      testAlert({ deployment: `app-${index}`, namespace: `ns-${index}` }, { startsAt: T - (index % 3) * 1000 }),
    );
  const app = await scene.as(kim);
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: Page = (await app.inject({ url: `/api/v1/incidents?limit=2&sort=${sort}${query}` })).json<Page>();
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(9);
  expect(new Set(seen).size).toBe(9);
  if (sort === 'severity') expect(seen[0]).toBe(scene.bank);
});

it('shows an incident only to who may see every namespace of it', async () => {
  expect(await numbers('', person('viewer', 'shop'))).toHaveLength(1);
  expect(await numbers('', person('viewer', 'elsewhere'))).toEqual([]);
  expect(await numbers('q=ledger', person('viewer', 'shop'))).toEqual([]);
});

it('lists hidden incidents apart', async () => {
  const app = await scene.as(kim);
  await app.inject({ method: 'PATCH', url: `/api/v1/incidents/${scene.bank}` });
  expect((await app.inject({ url: '/api/v1/incidents/hidden' })).json<Page>().items.map(({ id }) => id)).toEqual([
    scene.bank,
  ]);
  expect((await app.inject({ url: '/api/v1/incidents' })).json<Page>().items.map(({ id }) => id)).toEqual([scene.shop]);
});

it('counts the values to filter by, within the scope', async () => {
  const all = (await (await scene.as(kim)).inject({ url: '/api/v1/incidents/facets' })).json<Record<string, unknown>>();
  expect(all).toEqual({
    statuses: [{ value: 'open', count: 2 }],
    severities: [
      { value: 'critical', count: 1 },
      { value: 'warning', count: 1 },
    ],
    clusters: [{ value: 'prod', count: 2 }],
    namespaces: [
      { value: 'bank', count: 1 },
      { value: 'shop', count: 1 },
    ],
    categories: [],
    verdicts: [],
    assignees: [],
  });
  const local = await scene.as(person('viewer', 'shop'));
  expect((await local.inject({ url: '/api/v1/incidents/facets' })).json()).toMatchObject({
    namespaces: [{ value: 'shop', count: 1 }],
  });
});

it('refuses what is malformed and says where', async () => {
  const app = await scene.as(kim);
  const refusals: readonly (readonly [string, string])[] = [
    ['limit=0', 'query/limit'],
    ['status=firing', 'query/status/0'],
    ['severity=terrible', 'query/severity/0'],
    ['from=yesterday', 'query/from'],
    ['sort=title', 'query/sort'],
    ['cursor=nonsense', 'query/cursor'],
    ['namespace=a%00b', 'query/namespace/0'],
  ];
  for (const [query, pointer] of refusals) {
    const answer = await app.inject({ url: `/api/v1/incidents?${query}` });
    expect(answer.statusCode, query).toBe(400);
    expect(answer.json(), query).toMatchObject({ code: 'invalid', errors: [{ pointer }] });
  }
  const { nextCursor } = (await app.inject({ url: '/api/v1/incidents?limit=1' })).json<Page>();
  const foreign = await app.inject({ url: `/api/v1/incidents?sort=severity&cursor=${nextCursor}` });
  expect(foreign.statusCode, 'a cursor of another sort').toBe(400);
});
