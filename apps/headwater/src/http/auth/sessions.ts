import { type Session, SessionList } from '@headwater/contracts/http/auth.ts';
import { formatTime } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { listSessions, revokeSession } from '@headwater/engine/people/sessions.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';

export const sessionsRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/auth/sessions',
  operationId: 'listSessions',
  summary: 'The caller’s own sessions that are still good',
  tags: ['auth'],
  access: 'signed-in',
  responses: { 200: SessionList },
  handle: async ({ ctx }) => ({ items: await ownSessions(ctx) }),
});

export const revokeSessionRoute = defineRoute({
  method: 'DELETE',
  url: '/api/v1/auth/sessions/:id',
  operationId: 'revokeSession',
  summary: 'End one of the caller’s own sessions; answers those that are left',
  tags: ['auth'],
  access: 'signed-in',
  params: z.object({ id: z.string().max(64) }),
  responses: { 200: SessionList },
  async handle({ ctx, params, services }) {
    await revokeSession(ctx, params.id);
    services.people.authenticator.forget();
    return { items: await ownSessions(ctx) };
  },
});

async function ownSessions(ctx: VerbContext): Promise<Session[]> {
  const sessions = await listSessions(ctx);
  return sessions.map((session) => ({
    id: session.family,
    signedInAt: formatTime(session.signedInAt),
    lastUsedAt: formatTime(session.createdAt),
    expiresAt: formatTime(session.expiresAt),
    remoteAddress: session.remoteAddress,
    userAgent: session.userAgent,
    current: session.family === ctx.actor.sessionId,
  }));
}
