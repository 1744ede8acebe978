import { AuthConfig } from '@headwater/contracts/http/auth.ts';
import { PASSWORD_LENGTH } from '@headwater/core/access/rules.ts';
import { defineRoute } from '../route.ts';

export const authConfigRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/auth/config',
  operationId: 'getAuthConfig',
  summary: 'How one may sign in here',
  tags: ['auth'],
  access: 'public',
  responses: { 200: AuthConfig },
  handle: ({ services }) => ({
    allowSignup: services.people.allowSignup,
    passwordLength: PASSWORD_LENGTH,
    oidcEnabled: false,
    oidcLoginUrl: null,
    oidcProvider: null,
  }),
});
