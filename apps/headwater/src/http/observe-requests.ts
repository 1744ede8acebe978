import type { Log } from '@headwater/engine/ports/log.ts';
import type { Metrics } from '@headwater/engine/ports/metrics.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Probes and scrapes would fill the log with nothing; only their failures are written. */
    readonly quiet?: boolean;
  }
}

/** Measures and logs every answer: who, what, how long; never bodies, query strings or headers. */
export function observeRequests(app: FastifyInstance, { metrics, log }: { metrics: Metrics; log: Log }): void {
  app.addHook('onResponse', async (request, reply) => {
    const { url: pattern, config } = request.routeOptions;
    const route = pattern ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    metrics.observe('headwater_http_request_duration_seconds', { method: methodOf(request), route, status }, seconds);
    if (config.quiet && reply.statusCode < 500) return;
    const params = request.params as { readonly id?: string } | undefined;
    log.info(
      {
        requestId: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        remoteAddress: request.ip,
        actor: request.actor?.id,
        ...(route.includes('/incidents/:id') && { incidentId: params?.id }),
      },
      'request',
    );
  });
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

// A stranger may send any method; each new one would be a new series.
function methodOf(request: FastifyRequest): string {
  return METHODS.has(request.method) ? request.method : 'other';
}
