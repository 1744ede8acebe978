import { ApiToken, TokenParams } from '@headwater/contracts/http/tokens.ts';
import { revokeToken } from '@headwater/engine/people/tokens.ts';
import { defineRoute } from '../route.ts';
import { presentToken } from './present.ts';

export const revokeTokenRoute = defineRoute({
  method: 'DELETE',
  url: '/api/v1/tokens/:id',
  operationId: 'revokeToken',
  summary: 'End an API token for good',
  tags: ['tokens'],
  access: 'tokens.manage',
  params: TokenParams,
  responses: { 200: ApiToken },
  async handle({ ctx, params, services }) {
    const token = await revokeToken(ctx, params.id);
    services.people.authenticator.forget();
    return presentToken(token, ctx.now());
  },
});
