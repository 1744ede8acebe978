import type { Actor } from '@headwater/core/access/actor.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { WebsocketHandler } from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { answerOnce } from './idempotency.ts';
import { isOwnOrigin } from './origin.ts';
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
    /** Whether a one-time ticket in the query may say who is calling. */
    readonly ticket?: boolean;
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
    config: {
      operationId: route.operationId,
      quiet: route.quiet === true,
      ticket: route.ticket === true,
      intake: access === 'intake',
    },
    ...bodyLimitOf(route, deps),
    // A stream has no length to tell, and asking for its head would open one.
    exposeHeadRoute: route.method === 'GET' && route.ticket !== true,
    schema: schemasOf(route),
    onRequest: async (request: FastifyRequest) => {
      if (route.socket) return identifySocket(request, deps);
      if (access === 'public') return;
      request.actor = await deps.identify(request, access);
      if (access !== 'signed-in' && access !== 'intake') authorize(request.actor, access);
    },
    ...(route.socket && { wsHandler: socketHandler(route.socket, deps) }),
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
      const handle = async () => route.handle(input);
      const once = { ctx, request, reply, log: deps.services.log };
      const sent = await (route.idempotent ? answerOnce(once, handle) : handle());
      // A reply that was returned has ended when it comes back from the await, as undefined; a stream may have broken off.
      if (sent !== undefined || reply.sent || reply.raw.headersSent) return sent;
      return reply.send();
    },
  });
}

/** A page of another origin must not open a socket in a visitor's name; a handshake with a credential names its caller. */
async function identifySocket(request: FastifyRequest, deps: ServerDeps): Promise<void> {
  const { origin, authorization } = request.headers;
  if (origin !== undefined && !isOwnOrigin(origin, request, deps.services.settings.server))
    throw new AppError('forbidden', `pages of ${origin} may not open a stream here`);
  const ticket = (request.query as { readonly ticket?: unknown }).ticket;
  if (authorization !== undefined || ticket !== undefined)
    request.actor = await deps.identify(request, 'incidents.read');
}

function socketHandler(socket: NonNullable<Route['socket']>, deps: ServerDeps): WebsocketHandler {
  return (connection, request) => {
    const { actor, query } = request;
    socket({ socket: connection, actor, query, services: deps.services });
  };
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
