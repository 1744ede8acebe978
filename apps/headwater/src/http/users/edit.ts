import { EditUserBody, User, UserParams } from '@headwater/contracts/http/users.ts';
import { editUser } from '@headwater/engine/people/edit-user.ts';
import { defineRoute } from '../route.ts';
import { presentUser } from './present.ts';

export const editUserRoute = defineRoute({
  method: 'PATCH',
  url: '/api/v1/users/:id',
  operationId: 'editUser',
  summary: 'Change, disable or enable an account',
  tags: ['users'],
  access: 'users.manage',
  params: UserParams,
  body: EditUserBody,
  responses: { 200: User },
  async handle({ ctx, params, body, services }) {
    const user = await editUser(ctx, params.id, body);
    services.people.authenticator.forget();
    return presentUser(user);
  },
});
