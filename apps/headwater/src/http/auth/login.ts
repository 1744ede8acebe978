import { AccessGrant, SignInBody } from '@headwater/contracts/http/auth.ts';
import { signIn } from '@headwater/engine/people/sign-in.ts';
import { defineRoute } from '../route.ts';
import { grantSession } from './grant.ts';
import { refuseForeignPage } from './origin-check.ts';

export const loginRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/auth/login',
  operationId: 'signIn',
  summary: 'Sign in with login and password',
  description:
    'Sets the refresh cookie. 429 with Retry-After after repeated failures, alike for logins that do not exist.',
  tags: ['auth'],
  access: 'public',
  bodyLimit: 16_384,
  body: SignInBody,
  responses: { 200: AccessGrant },
  async handle({ ctx, body, services, request, reply }) {
    refuseForeignPage(request, services.settings);
    const userAgent = request.headers['user-agent'] ?? null;
    const signedIn = await signIn(ctx, services.people, { ...body, userAgent });
    return grantSession(signedIn, { services, reply, now: ctx.now() });
  },
});
