import type { RequestListener, Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import fastifyWebsocket from '@fastify/websocket';
import type { Actor } from '@headwater/core/access/actor.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { traceRequests } from '../observability/tracing.ts';
import { harden } from './harden.ts';
import { jsonBodyParser } from './json-body.ts';
import { observeRequests } from './observe-requests.ts';
import { servePage } from './page/serve-page.ts';
import { registerRoutes } from './register.ts';
import { requestIdOf } from './request-id.ts';
import type { Access, Route } from './route.ts';
import { answerProblems } from './answer-problems.ts';
import type { Services } from './services.ts';
import { acceptForeignBodies } from './webhooks/foreign-body.ts';
import { zodSerializer, zodValidator } from './validate.ts';

/** Who is calling, as far as a verb context wants to know. */
export interface Caller {
  readonly actor: Actor;
  readonly requestId: string;
  readonly remoteAddress: string;
}

/** What the HTTP server is made of; everything it does stands in `routes`. */
export interface ServerDeps {
  readonly routes: readonly Route[];
  readonly services: Services;
  /**
   * The actor of a request, or an AppError `unauthenticated`; never asked for public routes. Whether the actor holds the
   * route's permission anywhere is asked afterwards; where they hold it is the verb's question.
   */
  readonly identify: (request: FastifyRequest, access: Exclude<Access, 'public'>) => Promise<Actor>;
  readonly contextFor: (caller: Caller) => VerbContext;
  /** A fresh request id. */
  readonly newRequestId: () => string;
  /** Where the built page is; without it a page says how to build it. */
  readonly page?: string | undefined;
  /** Speak TLS with these; without them plain HTTP. */
  readonly tls?: ServerOptions | undefined;
}

// Bodies of alerts have a limit of their own; nothing else of ours comes near this.
const BODY_LIMIT = 1024 * 1024;

const REQUEST_ARRIVES_WITHIN_MS = 60_000;

// Clients say hello and nothing else.
const MAX_SOCKET_MESSAGE = 16 * 1024;

/** The server with every route on it, not listening yet: `inject` answers without a socket. */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const { tls, services } = deps;
  const { server } = services.settings;
  const app = Fastify({
    ...(tls && { serverFactory: (handler: RequestListener) => createTlsServer(tls, handler) as unknown as Server }),
    trustProxy: server.trustProxy.length > 0 ? [...server.trustProxy] : false,
    // Only for the arrival of a request: whoever sends it drop by drop would hold a connection for ever.
    requestTimeout: REQUEST_ARRIVES_WITHIN_MS,
    logger: false,
    bodyLimit: BODY_LIMIT,
    genReqId: (request) => requestIdOf(request.headers['x-request-id'], deps.newRequestId),
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512 },
  });
  app.setValidatorCompiler(zodValidator);
  app.setSerializerCompiler(zodSerializer);
  traceRequests(app);
  observeRequests(app, services);
  answerProblems(app, services.log);
  await harden(app, server);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, jsonBodyParser(app));
  acceptForeignBodies(app);
  await app.register(fastifyWebsocket, { options: { maxPayload: MAX_SOCKET_MESSAGE } });
  await servePage(app, deps.page);
  registerRoutes(app, deps);
  await app.ready();
  return app;
}
