import { AccessGrant } from '@headwater/contracts/http/auth.ts';
import { AppError } from '@headwater/core/errors.ts';
import { refreshSession } from '@headwater/engine/people/refresh-session.ts';
import { clearedCookie, refreshTokenOf } from '../../auth/refresh-cookie.ts';
import { defineRoute } from '../route.ts';
import { grantSession } from './grant.ts';
import { requireOwnPage } from './origin-check.ts';

export const refreshRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/auth/refresh',
  operationId: 'refreshSession',
  summary: 'Trade the refresh cookie for a new access token',
  description:
    'Each refresh token is good once; one used again later than 10 s after ends the session. Needs an Origin or Referer of this host.',
  tags: ['auth'],
  access: 'public',
  responses: { 200: AccessGrant },
  async handle({ ctx, services, request, reply }) {
    const refreshToken = refreshTokenOf(request.headers.cookie);
    if (refreshToken === null) throw new AppError('unauthenticated', 'there is no session; sign in');
    requireOwnPage(request, services.settings);
    try {
      const userAgent = request.headers['user-agent'] ?? null;
      const signedIn = await refreshSession(ctx, services.people, { refreshToken, userAgent });
      return await grantSession(signedIn, { services, reply, now: ctx.now() });
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthenticated') {
        services.people.authenticator.forget();
        reply.header('set-cookie', clearedCookie(services.settings.auth));
      }
      throw error;
    }
  },
});
