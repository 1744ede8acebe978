import { AccessGrant, RegisterBody } from '@headwater/contracts/http/auth.ts';
import { register } from '@headwater/engine/people/register.ts';
import { defineRoute } from '../route.ts';
import { grantSession } from './grant.ts';
import { refuseForeignPage } from './origin-check.ts';

export const registerRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/auth/register',
  operationId: 'register',
  summary: 'Make an account of one’s own, where that is allowed',
  tags: ['auth'],
  access: 'public',
  bodyLimit: 16_384,
  body: RegisterBody,
  responses: { 201: AccessGrant },
  async handle({ ctx, body, services, request, reply }) {
    refuseForeignPage(request, services.settings);
    const userAgent = request.headers['user-agent'] ?? null;
    const signedIn = await register(ctx, services.people, { ...body, userAgent });
    return grantSession(signedIn, { services, reply, now: ctx.now() });
  },
});
