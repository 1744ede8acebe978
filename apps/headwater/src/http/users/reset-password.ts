import { UserParams, UserWithPassword } from '@headwater/contracts/http/users.ts';
import { resetPassword } from '@headwater/engine/people/reset-password.ts';
import { defineRoute } from '../route.ts';
import { presentUser } from './present.ts';

export const resetPasswordRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/users/:id/reset-password',
  operationId: 'resetPassword',
  summary: 'Give an account a new one-time password and end its sessions',
  tags: ['users'],
  access: 'users.manage',
  params: UserParams,
  responses: { 200: UserWithPassword },
  async handle({ ctx, params, services, reply }) {
    const { user, oneTimePassword } = await resetPassword(ctx, services.people, params.id);
    services.people.authenticator.forget();
    reply.header('cache-control', 'no-store');
    return { user: presentUser(user), oneTimePassword };
  },
});
