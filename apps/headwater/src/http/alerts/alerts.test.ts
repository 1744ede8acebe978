import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { resolvedAt, testAlert } from '@headwater/engine/intake/test-signals.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents, T } from '../incidents/test-incidents.ts';

interface Page {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly nextCursor: string | null;
}

const database = useDatabase('18');
let scene: IncidentScene;
beforeEach(async () => {
  scene = await openIncidents(database());
});

async function get(path: string, actor = kim) {
  return (await scene.as(actor)).inject({ url: `/api/v1/alerts${path}` });
}

async function names(query: string, actor = kim): Promise<readonly string[]> {
  const answer = await get(`?${query}`, actor);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer
    .json<Page>()
    .items.map(({ name }) => name)
    .sort();
}

async function idOf(name: string): Promise<string> {
  return (await get(`?name=${name}`)).json<Page>().items[0]?.id ?? '';
}

const ALL = ['PodDown', 'QueueFull', 'SlowAnswers'];

describe('the list of alerts', () => {
  it('tells each with its newest episode and its incident', async () => {
    const { items } = (await get('?name=PodDown')).json<Page>();
    expect(items).toEqual([
      expect.objectContaining({
        name: 'PodDown',
        cluster: 'prod',
        namespace: 'shop',
        severity: 'warning',
        status: 'firing',
        startsAt: '2026-03-01T09:59:00Z',
        endsAt: null,
        flapping: false,
        muted: false,
        incident: expect.objectContaining({ id: scene.shop }),
      }),
    ]);
  });

  it('is narrowed in the store', async () => {
    await scene.deliver(
      resolvedAt(
        testAlert(
          { namespace: 'bank', deployment: 'ledger', severity: 'critical', alertname: 'QueueFull' },
          { startsAt: T - 40_000 },
        ),
        T,
      ),
    );
    const expectations: readonly (readonly [string, readonly string[]])[] = [
      ['', ALL],
      ['status=firing', ['PodDown', 'SlowAnswers']],
      ['status=resolved', ['QueueFull']],
      ['status=firing,resolved', ALL],
      ['severity=critical', ['QueueFull']],
      ['namespace=shop', ['PodDown', 'SlowAnswers']],
      ['cluster=other', []],
      ['name=PodDown,QueueFull', ['PodDown', 'QueueFull']],
      ['label=deployment%3Dcart&label=alertname%3DPodDown', ['PodDown']],
      ['q=ledg', ['QueueFull']],
      ['q=nothing', []],
      ['flapping=true', []],
      ['flapping=false', ALL],
      [`from=${encodeURIComponent('2026-03-01T10:00:00Z')}`, ALL],
      [`from=${encodeURIComponent('2026-03-01T10:00:01Z')}`, []],
      [`to=${encodeURIComponent('2026-03-01T10:00:00Z')}`, []],
      [`to=${encodeURIComponent('2026-03-01T12:00:01+02:00')}`, ALL],
      ['sort=firstSeen&status=firing', ['PodDown', 'SlowAnswers']],
    ];
    for (const [query, wanted] of expectations) expect(await names(query), query).toEqual(wanted);
  });

  it.each(['newest', 'firstSeen'])('pages by %s', async (sort) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = (await get(`?limit=1&sort=${sort}${cursor && `&cursor=${cursor}`}`)).json<Page>();
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    }
    expect([...seen].sort()).toEqual(ALL);
  });

  it('names an alert once, however often it fired', async () => {
    const alert = testAlert({ namespace: 'shop', deployment: 'cart', alertname: 'PodDown' });
    await scene.deliver(resolvedAt({ ...alert, startsAt: T - 60_000 }, T));
    scene.now = T + 120_000;
    await scene.deliver({ ...alert, startsAt: T + 100_000 });
    const { items } = (await get('?name=PodDown')).json<Page>();
    expect(items).toMatchObject([{ startsAt: '2026-03-01T10:01:40Z', status: 'firing' }]);
    const detail = (await get(`/${items[0]?.id}`)).json<{ episodes: { startsAt: string }[]; episodeCount: number }>();
    expect(detail.episodes.map(({ startsAt }) => startsAt)).toEqual(['2026-03-01T10:01:40Z', '2026-03-01T09:59:00Z']);
    expect(detail.episodeCount).toBe(2);
  });

  it('shows only the namespaces one may see', async () => {
    expect(await names('', person('viewer', 'bank'))).toEqual(['QueueFull']);
    expect((await get(`/${await idOf('PodDown')}`, person('viewer', 'bank'))).statusCode).toBe(404);
  });

  it('keeps an incident that reaches further to itself', async () => {
    const app = await scene.as(kim);
    await app.inject({
      method: 'POST',
      url: `/api/v1/incidents/${scene.shop}/merge`,
      payload: { incidentIds: [scene.bank] },
    });
    const { items } = (await get('', person('viewer', 'bank'))).json<Page>();
    expect(items).toMatchObject([{ name: 'QueueFull', incident: null }]);
  });

  it.each([
    ['status=open', 'query/status/0'],
    ['label=nothing', 'query/label/0'],
    ['sort=name', 'query/sort'],
    ['cursor=x', 'query/cursor'],
  ])('refuses %s and says where', async (query, pointer) => {
    expect((await get(`?${query}`)).json()).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});

describe('moving an alert', () => {
  const move = async (alertId: string, payload: object, actor = kim) =>
    (await scene.as(actor)).inject({ method: 'PUT', url: `/api/v1/alerts/${alertId}/incident`, payload });

  it('takes it into another incident, with the older name of the field too', async () => {
    const app = await scene.as(kim);
    const split = await app.inject({
      method: 'POST',
      url: `/api/v1/incidents/${scene.shop}/split`,
      payload: { alertIds: [await idOf('PodDown')] },
    });
    const answer = await move(await idOf('SlowAnswers'), { incident_id: split.json<{ id: string }>().id });
    expect(answer.json()).toMatchObject({ incident: { id: split.json<{ id: string }>().id } });
  });

  it('is refused without a target, to nowhere, and out of sight', async () => {
    const alert = await idOf('PodDown');
    expect((await move(alert, {})).json()).toMatchObject({ errors: [{ pointer: '/incidentId' }] });
    expect((await move(alert, { incidentId: 'inc_missing' })).statusCode).toBe(404);
    expect((await move('alr_missing', { incidentId: scene.bank })).statusCode).toBe(404);
    expect((await move(alert, { incidentId: scene.bank }, person('responder', 'shop'))).statusCode).toBe(404);
  });
});

describe('resolving alerts', () => {
  const post = async (path: string, payload?: object, actor = kim) =>
    (await scene.as(actor)).inject({ method: 'POST', url: `/api/v1/alerts${path}`, ...(payload && { payload }) });

  it('ends the open episode, audited, and the incident hears of it', async () => {
    const id = await idOf('PodDown');
    const answer = await post(`/${id}/resolve`);
    expect(answer.json()).toMatchObject({
      status: 'resolved',
      episodes: [{ endedBy: 'person', endsAt: '2026-03-01T10:00:00Z' }],
    });
    expect((await post(`/${id}/resolve`)).statusCode).toBe(409);
    await scene.correlate();
    const incident = await (await scene.as(kim)).inject({ url: `/api/v1/incidents/${scene.shop}` });
    expect(incident.json()).toMatchObject({ firingCount: 1, alertCount: 2 });
    const rows = await database()
      .db.selectFrom('audit')
      .select(['actor_name', 'target_id'])
      .where('action', '=', 'alert.resolve')
      .execute();
    expect(rows).toEqual([{ actor_name: 'kim', target_id: id }]);
  });

  it('of many names those that could not be ended', async () => {
    const [first, second] = [await idOf('PodDown'), await idOf('QueueFull')];
    const answer = await post('/bulk-resolve', { alert_ids: [first, second, 'alr_missing', first] });
    expect(answer.json()).toEqual({
      resolved: [first, second],
      failed: [{ alertId: 'alr_missing', code: 'not_found', detail: 'no alert alr_missing' }],
    });
    const local = await post('/bulk-resolve', { alertIds: [await idOf('SlowAnswers')] }, person('responder', 'bank'));
    expect(local.json()).toMatchObject({ resolved: [], failed: [{ code: 'not_found' }] });
  });

  it('is bounded and needs the right', async () => {
    const alertIds = Array.from({ length: 51 }, (_, index) => `alr_${index}`);
    expect((await post('/bulk-resolve', { alertIds })).json()).toMatchObject({ errors: [{ pointer: '/alertIds' }] });
    expect((await post(`/${await idOf('PodDown')}/resolve`, undefined, person('viewer'))).statusCode).toBe(403);
  });
});
