import { CreateUserBody, UserWithPassword } from '@headwater/contracts/http/users.ts';
import { createUser } from '@headwater/engine/people/create-user.ts';
import { defineRoute } from '../route.ts';
import { presentUser } from './present.ts';

export const createUserRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/users',
  operationId: 'createUser',
  summary: 'Create an account',
  description: 'Without a password a one-time one is made and answered, this once.',
  tags: ['users'],
  access: 'users.manage',
  bodyLimit: 65_536,
  body: CreateUserBody,
  responses: { 201: UserWithPassword },
  async handle({ ctx, body, services, reply }) {
    const { user, oneTimePassword } = await createUser(ctx, services.people, body);
    reply.header('cache-control', 'no-store').header('location', `/api/v1/users/${user.user.id}`);
    return { user: presentUser(user), oneTimePassword };
  },
});
