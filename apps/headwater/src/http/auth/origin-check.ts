import type { FastifyRequest } from 'fastify';
import { requireOwnOrigin } from '../../auth/origin.ts';
import type { Settings } from '../../config/settings.ts';

/** Throws `forbidden` unless a page of ours sends the request; for what a cookie alone permits. */
export function requireOwnPage({ headers }: FastifyRequest, { server, auth }: Settings): void {
  const own = server.publicUrl === undefined ? null : URL.parse(server.publicUrl);
  requireOwnOrigin(headers, [...auth.trustedOrigins, ...server.corsOrigins, ...(own ? [own.origin] : [])]);
}

/** The same where programs may call too: one that names no page is no browser. */
export function refuseForeignPage(request: FastifyRequest, settings: Settings): void {
  const { origin, referer } = request.headers;
  if (origin !== undefined || referer !== undefined) requireOwnPage(request, settings);
}
