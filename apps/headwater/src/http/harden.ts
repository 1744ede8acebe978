import fastifyCors from '@fastify/cors';
import fastifyHelmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../config/settings.ts';

// Scripts and styles come from our own files only; the page sets positions through the style objects of its elements.
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
};

const HALF_A_YEAR_S = 15_552_000;

/** The headers that keep browsers from being used against us, and the origins whose pages may call. */
export async function harden(app: FastifyInstance, server: Settings['server']): Promise<void> {
  const overTls = server.tlsCertFile !== undefined || (server.publicUrl?.startsWith('https://') ?? false);
  await app.register(fastifyHelmet, {
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    // Over plain HTTP the header means nothing, and on a shared host name it would lock out the neighbours.
    strictTransportSecurity: overTls ? { maxAge: HALF_A_YEAR_S, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(fastifyCors, {
    origin: server.corsOrigins.length > 0 ? [...server.corsOrigins] : false,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['etag', 'x-request-id', 'retry-after', 'location'],
    maxAge: 600,
  });
}
