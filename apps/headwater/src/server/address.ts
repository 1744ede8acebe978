import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.ts';

/** The address of a listening server as one types it; every interface is called localhost. */
export function addressOf(app: FastifyInstance, server: Settings['server']): string {
  const bound = app.server.address();
  const port = typeof bound === 'object' && bound ? bound.port : server.port;
  const everywhere = server.host === '0.0.0.0' || server.host === '::';
  const host = everywhere ? 'localhost' : server.host.includes(':') ? `[${server.host}]` : server.host;
  return `${server.tlsCertFile === undefined ? 'http' : 'https'}://${host}:${port}`;
}
