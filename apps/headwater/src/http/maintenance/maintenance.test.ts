import type { Role } from '@headwater/core/access/actor.ts';
import { useDatabase } from '@headwater/testkit/postgres/database.ts';
import { beforeEach, expect, it } from 'vitest';
import { testServer } from '../test-server.ts';
import { maintenanceRoutes } from './routes.ts';

const database = useDatabase('18');
beforeEach(() => database().pool.query('truncate maintenance, audit'));

async function as(role: Role, namespace = '*') {
  const actor = { kind: 'user', id: 'usr_1', name: 'kim', bindings: [{ role, cluster: '*', namespace }] } as const;
  return testServer({ routes: maintenanceRoutes, store: database().store, actor });
}

const SHOP = {
  matchers: [{ label: 'namespace', value: 'shop' }],
  endsAt: '2026-03-01T12:00:00+01:00',
  comment: 'upgrade',
};
const url = '/api/v1/maintenances';

it('plans, lists and ends a maintenance', async () => {
  const server = await as('responder');
  const made = await server.inject({ method: 'POST', url, payload: SHOP });
  expect(made.statusCode).toBe(201);
  const maintenance = made.json<{ id: string }>();
  expect(maintenance).toMatchObject({
    cluster: null,
    namespaces: ['shop'],
    matchers: [{ label: 'namespace', operator: '=', value: 'shop' }],
    startsAt: '2026-03-01T10:00:00Z',
    endsAt: '2026-03-01T11:00:00Z',
    state: 'active',
    createdBy: 'kim',
  });
  const list = await server.inject({ url: `${url}?active=true` });
  expect(list.json()).toEqual({ items: [maintenance], nextCursor: null });
  const ended = await server.inject({ method: 'POST', url: `${url}/${maintenance.id}/end` });
  expect(ended.json()).toMatchObject({ state: 'ended', endedBy: 'kim' });
  expect((await server.inject({ url: `${url}?active=true` })).json()).toMatchObject({ items: [] });
  expect((await server.inject({ method: 'POST', url: `${url}/${maintenance.id}/end` })).statusCode).toBe(409);
});

it('pages through them', async () => {
  const server = await as('responder');
  for (const comment of ['one', 'two', 'three'])
    await server.inject({ method: 'POST', url, payload: { ...SHOP, comment } });
  const first = (await server.inject({ url: `${url}?limit=2` })).json<{
    items: { comment: string }[];
    nextCursor: string;
  }>();
  expect(first.items.map(({ comment }) => comment)).toEqual(['three', 'two']);
  const rest = await server.inject({ url: `${url}?limit=2&cursor=${first.nextCursor}` });
  expect(rest.json()).toMatchObject({ items: [{ comment: 'one' }], nextCursor: null });
});

it.each([
  ['a regular expression nobody may wait for', { matchers: [{ label: 'pod', operator: '=~', value: '(a)\\1' }] }],
  ['matchers that match everything', { matchers: [{ label: 'pod', operator: '=~', value: '.*' }] }],
  ['an end that has passed', { endsAt: '2026-03-01T09:00:00Z' }],
  ['no matcher', { matchers: [] }],
  ['no comment', { comment: ' ' }],
])('refuses %s', async (_, change) => {
  const answer = await (await as('responder')).inject({ method: 'POST', url, payload: { ...SHOP, ...change } });
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
});

it('reaches no further than who plans it', async () => {
  const local = await as('responder', 'shop');
  expect((await local.inject({ method: 'POST', url, payload: SHOP })).statusCode).toBe(201);
  const wide = { ...SHOP, matchers: [{ label: 'namespace', operator: '=~', value: 'shop|bank' }] };
  expect((await local.inject({ method: 'POST', url, payload: wide })).statusCode).toBe(403);
  const everywhere = (await (await as('admin')).inject({ method: 'POST', url, payload: wide })).json<{ id: string }>();
  expect((await local.inject({ url })).json<{ items: unknown[] }>().items).toHaveLength(1);
  expect((await local.inject({ method: 'POST', url: `${url}/${everywhere.id}/end` })).statusCode).toBe(404);
  expect((await (await as('viewer')).inject({ method: 'POST', url, payload: SHOP })).statusCode).toBe(403);
});
