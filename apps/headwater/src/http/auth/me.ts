import { Me } from '@headwater/contracts/http/auth.ts';
import { ownUser } from '@headwater/engine/people/me.ts';
import { defineRoute } from '../route.ts';
import { meOf } from './grant.ts';

export const meRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/auth/me',
  operationId: 'getMe',
  summary: 'Who the caller is and what they may do',
  tags: ['auth'],
  access: 'signed-in',
  responses: { 200: Me },
  handle: async ({ ctx }) => meOf(ctx.actor, ctx.actor.kind === 'user' ? await ownUser(ctx) : null),
});
