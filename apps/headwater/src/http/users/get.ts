import { User, UserParams } from '@headwater/contracts/http/users.ts';
import { getUser } from '@headwater/engine/people/users.ts';
import { defineRoute } from '../route.ts';
import { presentUser } from './present.ts';

export const getUserRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/users/:id',
  operationId: 'getUser',
  summary: 'One account and its roles',
  tags: ['users'],
  access: 'users.manage',
  params: UserParams,
  responses: { 200: User },
  handle: async ({ ctx, params }) => presentUser(await getUser(ctx, params.id)),
});
