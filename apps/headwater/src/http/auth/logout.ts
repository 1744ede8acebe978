import { SignedOut } from '@headwater/contracts/http/auth.ts';
import { signOut } from '@headwater/engine/people/sign-out.ts';
import { clearedCookie, refreshTokenOf } from '../../auth/refresh-cookie.ts';
import { defineRoute } from '../route.ts';
import { requireOwnPage } from './origin-check.ts';

export const logoutRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/auth/logout',
  operationId: 'signOut',
  summary: 'End the session of the refresh cookie',
  tags: ['auth'],
  access: 'public',
  responses: { 200: SignedOut },
  async handle({ ctx, services, request, reply }) {
    const refreshToken = refreshTokenOf(request.headers.cookie);
    if (refreshToken !== null) {
      requireOwnPage(request, services.settings);
      await signOut(ctx, services.people, refreshToken);
      services.people.authenticator.forget();
    }
    reply.header('set-cookie', clearedCookie(services.settings.auth));
    return { status: 'logged_out' as const };
  },
});
