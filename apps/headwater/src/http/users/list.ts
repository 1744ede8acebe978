import { PersonPage, UserPage, UserQuery } from '@headwater/contracts/http/users.ts';
import { listPeople, listUsers } from '@headwater/engine/people/users.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute } from '../route.ts';
import { presentUser } from './present.ts';

const Position = z.string().max(64);

export const listUsersRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/users',
  operationId: 'listUsers',
  summary: 'Accounts, by login',
  tags: ['users'],
  access: 'users.manage',
  query: UserQuery,
  responses: { 200: UserPage },
  async handle({ ctx, query: { cursor, limit, query } }) {
    const { items, next } = await listUsers(ctx, { after: readCursor(cursor, Position), limit, query });
    return { items: items.map(presentUser), nextCursor: next === null ? null : writeCursor(next) };
  },
});

export const listPeopleRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/people',
  operationId: 'listPeople',
  summary: 'Whom an incident may be assigned to',
  tags: ['users'],
  access: 'incidents.read',
  query: UserQuery,
  responses: { 200: PersonPage },
  async handle({ ctx, query: { cursor, limit, query } }) {
    const { users, next } = await listPeople(ctx, { after: readCursor(cursor, Position), limit, query });
    const items = users.map(({ id, login, displayName }) => ({ id, login, displayName }));
    return { items, nextCursor: next === null ? null : writeCursor(next) };
  },
});
