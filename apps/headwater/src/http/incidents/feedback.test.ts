import { person } from '@headwater/engine/correlate/test-correlation.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { type IncidentScene, kim, openIncidents } from './test-incidents.ts';

const database = useDatabase('18');
let scene: IncidentScene;
let alertId: string;
beforeEach(async () => {
  scene = await openIncidents(database());
  const rows = await database().db.selectFrom('alert').select('id').where('namespace', '=', 'shop').execute();
  alertId = rows[0]?.id ?? '';
});

const lee = person('responder', '*', 'lee');

describe.each(['incidents', 'alerts'])('feedback on %s', (resource) => {
  const base = () => `/api/v1/${resource}/${resource === 'incidents' ? scene.shop : alertId}`;
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object, actor = kim) =>
    (await scene.as(actor)).inject({ method, url: `${base()}${path}`, ...(payload && { payload }) });

  it('takes comments, lets their author change them, and tells who said what', async () => {
    const made = await call('POST', '/comments', { body: ' looking into it ' });
    expect(made.statusCode).toBe(201);
    const { id } = made.json<{ id: string }>();
    expect(made.json()).toMatchObject({
      body: 'looking into it',
      author: { id: kim.id, name: 'kim' },
      mine: true,
      editedAt: null,
    });
    expect((await call('PUT', `/comments/${id}`, { body: 'found it' })).json()).toMatchObject({
      body: 'found it',
      editedAt: '2026-03-01T10:00:00Z',
    });
    expect((await call('GET', '/comments', undefined, lee)).json()).toMatchObject({
      items: [{ id, body: 'found it', mine: false }],
      nextCursor: null,
    });
    expect((await call('DELETE', `/comments/${id}`)).statusCode).toBe(204);
    expect((await call('GET', '/comments')).json()).toEqual({ items: [], nextCursor: null });
    expect((await call('DELETE', `/comments/${id}`)).statusCode).toBe(404);
    const actions = await database().db.selectFrom('audit').select(['action', 'actor_name']).orderBy('id').execute();
    expect(actions.map(({ action }) => action)).toEqual(['comment.add', 'comment.edit', 'comment.delete']);
  });

  it('leaves the comments of others alone, but for an administrator who deletes', async () => {
    const { id } = (await call('POST', '/comments', { body: 'mine' })).json<{ id: string }>();
    expect((await call('PUT', `/comments/${id}`, { body: 'yours' }, lee)).statusCode).toBe(403);
    expect((await call('DELETE', `/comments/${id}`, undefined, lee)).statusCode).toBe(403);
    const admin = person('admin', '*', 'root');
    expect((await call('PUT', `/comments/${id}`, { body: 'ours' }, admin)).statusCode).toBe(403);
    expect((await call('DELETE', `/comments/${id}`, undefined, admin)).statusCode).toBe(204);
  });

  it('reaches a comment through its own target only', async () => {
    const { id } = (await call('POST', '/comments', { body: 'here' })).json<{ id: string }>();
    const other = `/api/v1/incidents/${scene.bank}/comments/${id}`;
    expect((await (await scene.as(kim)).inject({ method: 'DELETE', url: other })).statusCode).toBe(404);
  });

  it.each([{}, { body: '  ' }, { body: 'x'.repeat(10_001) }, { body: 7 }])(
    'refuses the comment %j',
    async (payload) => {
      const answer = await call('POST', '/comments', payload);
      expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer: '/body' }] });
    },
  );

  it('keeps a NUL out of the store', async () => {
    const answer = await call('POST', '/comments', { body: 'a\u0000b' });
    expect(answer.statusCode).toBe(201);
    expect((await call('GET', '/comments')).json()).toMatchObject({ items: [{ body: 'a\ufffdb' }] });
  });

  it('counts one vote per person and takes it back', async () => {
    expect((await call('POST', '/vote', { vote: 'up' })).json()).toMatchObject({ upVotes: 1, myVote: 'up' });
    await call('POST', '/vote', { vote_type: 'up' });
    expect((await call('POST', '/vote', { vote: 'down' }, lee)).json()).toMatchObject({
      upVotes: 1,
      downVotes: 1,
      myVote: 'down',
    });
    expect((await call('POST', '/vote', { vote: 'none' })).json()).toMatchObject({
      upVotes: 0,
      downVotes: 1,
      myVote: 'none',
    });
    expect((await call('GET', '/feedback', undefined, lee)).json()).toMatchObject({
      downVotes: 1,
      myVote: 'down',
      comments: [],
    });
    expect((await call('POST', '/vote', { vote: 'maybe' })).json()).toMatchObject({ errors: [{ pointer: '/vote' }] });
    const votes = await database().db.selectFrom('audit').select('before').where('action', 'like', '%.vote').execute();
    expect(votes).toHaveLength(3);
  });

  it('is closed to who may not write, and unknown to who may not see', async () => {
    const viewer = person('viewer');
    expect((await call('GET', '/feedback', undefined, viewer)).statusCode).toBe(200);
    expect((await call('POST', '/comments', { body: 'x' }, viewer)).statusCode).toBe(403);
    expect((await call('POST', '/comments', { body: 'x' }, person('admin', 'bank'))).statusCode).toBe(404);
  });
});

it('tells comments on an incident in its timeline', async () => {
  const app = await scene.as(kim);
  const url = `/api/v1/incidents/${scene.shop}`;
  await app.inject({ method: 'POST', url: `${url}/comments`, payload: { body: 'see the dashboard' } });
  expect((await app.inject({ url: `${url}/timeline?limit=1` })).json()).toMatchObject({
    items: [{ text: 'kim commented: see the dashboard' }],
  });
});
