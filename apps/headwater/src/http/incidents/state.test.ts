import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entityTag } from '../entity-tag.ts';
import { type IncidentScene, kim, openIncidents, T } from './test-incidents.ts';

const database = useDatabase('18');
let scene: IncidentScene;
async function open(): Promise<void> {
  scene = await openIncidents(database());
}

async function send(verb: string, payload?: object, headers: Record<string, string> = {}, actor = kim) {
  const app = await scene.as(actor);
  const url = `/api/v1/incidents/${scene.shop}${verb}`;
  return app.inject({ method: 'POST', url, headers, ...(payload && { payload }) });
}

const later = new Date(T + 3_600_000).toISOString();

describe('changing the state of an incident', () => {
  beforeEach(open);

  it.each([
    [
      '/acknowledge',
      undefined,
      { status: 'acknowledged', acknowledgedBy: 'kim', acknowledgedAt: '2026-03-01T10:00:00Z' },
    ],
    ['/snooze', { minutes: 60 }, { snoozedUntil: '2026-03-01T11:00:00Z' }],
    ['/snooze', { until: later }, { snoozedUntil: '2026-03-01T11:00:00Z' }],
    ['/assign', { assignee: 'lee' }, { assignee: 'lee' }],
    ['/assign', { assignee: 'me' }, { assignee: 'kim' }],
    ['/assign', { assignee: null }, { assignee: null }],
    ['/resolve', { reason: 'rolled back' }, { status: 'resolved', resolvedBy: 'kim' }],
    ['/resolve', undefined, { status: 'resolved', resolvedBy: 'kim' }],
  ])('POST %s %j', async (verb, payload, expected) => {
    const answer = await send(verb, payload);
    expect(answer.statusCode, answer.body).toBe(200);
    const incident = answer.json<{ version: number }>();
    expect(incident).toMatchObject({ id: scene.shop, ...expected });
    expect(answer.headers['etag']).toBe(entityTag(incident.version));
  });

  it.each([
    ['/unacknowledge', '/acknowledge', { status: 'open', acknowledgedBy: null }],
    ['/unsnooze', '/snooze', { snoozedUntil: null }],
    ['/reopen', '/resolve', { status: 'open', resolvedAt: null, reopened: 1 }],
  ])('%s undoes %s', async (undo, verb, expected) => {
    await send(verb, verb === '/snooze' ? { minutes: 60 } : undefined);
    expect((await send(undo)).json()).toMatchObject(expected);
    expect((await send(undo)).statusCode).toBe(409);
  });

  it('takes the number of an incident for its id', async () => {
    const app = await scene.as(kim);
    const { number } = (await app.inject({ url: `/api/v1/incidents/${scene.shop}` })).json<{ number: number }>();
    const answer = await app.inject({ method: 'POST', url: `/api/v1/incidents/${number}/acknowledge` });
    expect(answer.json()).toMatchObject({ id: scene.shop, status: 'acknowledged' });
  });

  it('is 412 when the incident was changed since it was read', async () => {
    const before = (await (await scene.as(kim)).inject({ url: `/api/v1/incidents/${scene.shop}` })).headers['etag'];
    expect(before).toMatch(/^"\d+"$/);
    expect((await send('/acknowledge', undefined, { 'if-match': String(before) })).statusCode).toBe(200);
    const stale = await send('/resolve', undefined, { 'if-match': String(before) });
    expect(stale.statusCode).toBe(412);
    expect(stale.json()).toMatchObject({ code: 'precondition' });
    expect((await send('/resolve', undefined, { 'if-match': '*' })).statusCode).toBe(200);
  });
});

describe('editing', () => {
  beforeEach(open);

  const edit = async (method: 'PUT' | 'PATCH', payload?: object, headers = {}) =>
    (await scene.as(kim)).inject({
      method,
      url: `/api/v1/incidents/${scene.shop}`,
      headers,
      ...(payload && { payload }),
    });

  it('PATCH changes what is given, with the older names of fields too', async () => {
    const answer = await edit('PATCH', { title: 'Cart is down', analysis_summary: 'we know why' });
    expect(answer.json()).toMatchObject({ title: 'Cart is down', severity: 'warning' });
    const detail = await (await scene.as(kim)).inject({ url: `/api/v1/incidents/${scene.shop}` });
    expect(detail.json()).toMatchObject({ titleBy: 'person', analysisSummary: 'we know why', analysisDetail: null });
  });

  it('PUT needs title and severity', async () => {
    expect((await edit('PUT', { title: 'x' })).json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '/severity' }],
    });
    expect((await edit('PUT', { title: 'x', severity: 'critical' })).json()).toMatchObject({ severity: 'critical' });
  });

  it('PATCH without a body hides, unhide brings back', async () => {
    expect((await edit('PATCH')).json()).toMatchObject({ hidden: true });
    const app = await scene.as(kim);
    const back = await app.inject({ method: 'PATCH', url: `/api/v1/incidents/${scene.shop}/unhide` });
    expect(back.json()).toMatchObject({ hidden: false });
  });

  it('PATCH with an empty body changes nothing and says so', async () => {
    expect((await edit('PATCH', {})).statusCode).toBe(400);
    expect((await edit('PATCH', { title: ' ' })).json()).toMatchObject({ errors: [{ pointer: '/title' }] });
    expect((await edit('PATCH', { title: 'x' }, { 'if-match': '"999"' })).statusCode).toBe(412);
  });
});

describe('merge and split', () => {
  beforeEach(open);

  it('merges by id or number, and undoes it', async () => {
    const app = await scene.as(kim);
    const { number } = (await app.inject({ url: `/api/v1/incidents/${scene.bank}` })).json<{ number: number }>();
    const merged = await send('/merge', { incidentIds: [String(number)], reason: 'one cause' });
    expect(merged.json()).toMatchObject({ id: scene.shop, alertCount: 3, namespaces: ['bank', 'shop'] });
    const source = await app.inject({ url: `/api/v1/incidents/${scene.bank}` });
    expect(source.json()).toMatchObject({
      mergedInto: { id: scene.shop },
      actions: { acknowledge: { allowed: false, reason: expect.stringContaining('merged') } },
    });
    const detail = await app.inject({ url: `/api/v1/incidents/${scene.shop}` });
    expect(detail.json()).toMatchObject({ mergedFrom: [{ id: scene.bank, number }] });
    const undone = await send('/unmerge', { incidentId: scene.bank });
    expect(undone.json()).toMatchObject({ id: scene.bank, alertCount: 1 });
  });

  it('splits alerts off into a new incident', async () => {
    const app = await scene.as(kim);
    const alerts = (await app.inject({ url: `/api/v1/incidents/${scene.shop}/alerts` })).json<{
      items: { id: string }[];
    }>();
    const answer = await send('/split', { alertIds: [alerts.items[0]?.id], title: 'Another matter' });
    expect(answer.statusCode).toBe(201);
    const made = answer.json<{ id: string }>();
    expect(made).toMatchObject({ title: 'Another matter', alertCount: 1 });
    expect(answer.headers['location']).toBe(`/api/v1/incidents/${made.id}`);
  });
});

describe('what changes nothing', () => {
  beforeAll(open);

  it.each([
    ['/snooze', {}, '/until'],
    ['/snooze', { minutes: 0 }, '/minutes'],
    ['/snooze', { minutes: 5, until: later }, '/until'],
    ['/assign', {}, '/assignee'],
    ['/assign', { assignee: 7 }, '/assignee'],
    ['/resolve', { reason: 7 }, '/reason'],
    ['/acknowledge', { who: 'me' }, ''],
    ['/merge', { incidentIds: [] }, '/incidentIds'],
    ['/split', { alertIds: 'all' }, '/alertIds'],
  ])('refuses POST %s %j and says where', async (verb, payload, pointer) => {
    const answer = await send(verb, payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid', errors: [{ pointer }] });
  });

  it.each(['/acknowledge', '/resolve', '/reopen', '/unsnooze', '/merge', '/split', '/analyze', '/comments', '/vote'])(
    'POST %s is 404 outside the scope and 403 without the right',
    async (verb) => {
      const payload =
        {
          '/merge': { incidentIds: ['x'] },
          '/split': { alertIds: ['x'] },
          '/comments': { body: 'x' },
          '/vote': { vote: 'up' },
        }[verb] ?? undefined;
      expect((await send(verb, payload, {}, person('responder', 'bank'))).statusCode).toBe(404);
      expect((await send(verb, payload, {}, person('viewer'))).statusCode).toBe(403);
    },
  );
});
