import { AccessGrant, ChangePasswordBody } from '@headwater/contracts/http/auth.ts';
import { actorOfUser } from '@headwater/engine/people/actor-of.ts';
import { changePassword } from '@headwater/engine/people/change-password.ts';
import { ownUser } from '@headwater/engine/people/me.ts';
import { defineRoute } from '../route.ts';
import { grantAccess } from './grant.ts';

export const passwordRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/auth/password',
  operationId: 'changePassword',
  summary: 'Change one’s own password; every other session of the caller ends',
  tags: ['auth'],
  access: 'signed-in',
  bodyLimit: 16_384,
  body: ChangePasswordBody,
  responses: { 200: AccessGrant },
  async handle({ ctx, body, services, reply }) {
    await changePassword(ctx, services.people, body);
    services.people.authenticator.forget();
    const user = await ownUser(ctx);
    const sessionId = ctx.actor.sessionId ?? '';
    const actor = await actorOfUser(ctx.store, user, sessionId);
    return grantAccess({ user, actor, sessionId }, { services, reply });
  },
});
