import type { Actor } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { isSchema, type Route } from './route.ts';
import type { ServerDeps } from './server.ts';

/** Acts on routes that ask nobody who they are. */
const ANONYMOUS: Actor = { kind: 'system', id: 'anonymous', name: 'anonymous', bindings: [] };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read, so that a stranger's body is never parsed. */
    actor: Actor | null;
  }
  interface FastifyContextConfig {
    readonly operationId?: string;
  }
}

/** Puts every route on the server: identify, parse, handle, shape. */
export function registerRoutes(app: FastifyInstance, deps: ServerDeps): void {
  app.decorateRequest('actor', null);
  for (const route of deps.routes) registerRoute(app, route, deps);
}

function registerRoute(app: FastifyInstance, route: Route, deps: ServerDeps): void {
  const { access } = route;
  const lowest = Math.min(...Object.keys(route.responses).map(Number));
  app.route({
    method: route.method,
    url: route.url,
    config: { operationId: route.operationId, quiet: route.quiet === true, intake: access === 'intake' },
    ...bodyLimitOf(route, deps),
    schema: schemasOf(route),
    onRequest: async (request: FastifyRequest) => {
      if (access === 'public') return;
      request.actor = await deps.identify(request, access);
      if (access !== 'signed-in' && access !== 'intake') authorize(request.actor, access);
    },
    handler: async (request, reply) => {
      reply.code(lowest);
      const ctx = deps.contextFor({
        actor: request.actor ?? ANONYMOUS,
        requestId: request.id,
        remoteAddress: request.ip,
      });
      const { params, query, headers, body } = request;
      const input = { ctx, params, query, headers, body, services: deps.services, request, reply };
      // The validators ran on these very parts, so they are what the route's schemas say.
      const sent = await route.handle(input);
      return reply.sent || sent !== undefined ? sent : reply.send();
    },
  });
}

function bodyLimitOf({ access, bodyLimit }: Route, { services }: ServerDeps): { bodyLimit?: number } {
  if (access === 'intake') return { bodyLimit: services.settings.intake.bodyLimit };
  return bodyLimit === undefined ? {} : { bodyLimit };
}

function schemasOf(route: Route): Record<string, unknown> {
  const response: Record<string, z.ZodType> = {};
  for (const [status, shape] of Object.entries(route.responses)) if (isSchema(shape)) response[status] = shape;
  const body = route.body && route.bodyOptional ? route.body.optional() : route.body;
  return {
    ...(route.params && { params: route.params }),
    ...(route.query && { querystring: route.query }),
    ...(route.headers && { headers: route.headers }),
    ...(body && { body }),
    ...(Object.keys(response).length > 0 && { response }),
  };
}
