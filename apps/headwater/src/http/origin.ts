import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';

/** Whether a page of that origin may act in its visitor's name: our own pages, and those the settings allow. */
export function isOwnOrigin(
  origin: string,
  request: Pick<FastifyRequest, 'protocol' | 'host'>,
  server: Pick<Settings['server'], 'publicUrl' | 'corsOrigins'>,
): boolean {
  const ours = [`${request.protocol}://${request.host}`, ...server.corsOrigins];
  if (server.publicUrl !== undefined) ours.push(URL.parse(server.publicUrl)?.origin ?? '');
  return ours.includes(origin);
}
