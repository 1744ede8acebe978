import { BindingInput } from '@headwater/contracts/http/auth.ts';
import { BindingParams, User, UserParams } from '@headwater/contracts/http/users.ts';
import { bindRole, unbindRole } from '@headwater/engine/people/roles.ts';
import { defineRoute } from '../route.ts';
import { presentUser } from './present.ts';

export const bindRoleRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/users/:id/bindings',
  operationId: 'bindRole',
  summary: 'Give an account a role in a cluster and namespace',
  tags: ['users'],
  access: 'users.manage',
  params: UserParams,
  body: BindingInput,
  responses: { 200: User },
  async handle({ ctx, params, body, services }) {
    const user = await bindRole(ctx, params.id, body);
    services.people.authenticator.forget();
    return presentUser(user);
  },
});

export const unbindRoleRoute = defineRoute({
  method: 'DELETE',
  url: '/api/v1/users/:id/bindings/:bindingId',
  operationId: 'unbindRole',
  summary: 'Take a role from an account',
  tags: ['users'],
  access: 'users.manage',
  params: BindingParams,
  responses: { 200: User },
  async handle({ ctx, params: { id, bindingId }, services }) {
    const user = await unbindRole(ctx, { userId: id, bindingId });
    services.people.authenticator.forget();
    return presentUser(user);
  },
});
