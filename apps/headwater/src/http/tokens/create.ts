import { CreatedToken, CreateTokenBody } from '@headwater/contracts/http/tokens.ts';
import { parseTime } from '@headwater/core/time.ts';
import { createToken } from '@headwater/engine/people/tokens.ts';
import { defineRoute } from '../route.ts';
import { presentToken } from './present.ts';

export const createTokenRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/tokens',
  operationId: 'createToken',
  summary: 'Make an API token; its secret is answered this once',
  tags: ['tokens'],
  access: 'tokens.manage',
  bodyLimit: 65_536,
  body: CreateTokenBody,
  responses: { 201: CreatedToken },
  async handle({ ctx, body, services, reply }) {
    const input = { ...body, expiresAt: parseTime(body.expiresAt) };
    const made = await createToken(ctx, services.people, input);
    reply.header('cache-control', 'no-store');
    return { token: presentToken(made, ctx.now()), secret: made.secret };
  },
});
