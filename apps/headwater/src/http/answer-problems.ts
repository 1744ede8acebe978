import { AppError } from '@headwater/core/errors.ts';
import type { Log } from '@headwater/engine/ports/log.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemOf } from './problem.ts';

/** Every failure of every route leaves as `application/problem+json`, and only failures of ours are logged as errors. */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.setErrorHandler((error, request, reply) => answer(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    if (app.wantsPage(request)) return reply.sendPage();
    const path = request.url.split('?', 1)[0] ?? '';
    return answer(new AppError('not_found', `there is nothing at ${request.method} ${path}`), request, reply);
  });

  function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { status, body, headers } = problemOf(error, request);
    if (status >= 500) {
      const fields = { requestId: request.id, method: request.method, route: request.routeOptions.url, error };
      if (status === 500) log.error(fields, body.title);
      else log.warn(fields, body.title);
    }
    // A string is sent as it is: a response schema of the route must not reshape a problem.
    return reply.code(status).headers(headers).type('application/problem+json').send(JSON.stringify(body));
  }
}
