import { createGunzip, createInflate } from 'node:zlib';
import { AppError } from '@headwater/core/errors.ts';
import type { FastifyInstance, FastifyRequest, RequestPayload } from 'fastify';
import { jsonBodyParser } from '../json-body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True for routes that senders post to whose headers nobody can configure. */
    readonly intake?: boolean;
  }
}

/**
 * Senders name their JSON as they like, or not at all, and some pack it: on the routes of alerts every content type is
 * read as JSON and gzip is unpacked, within the same limit. Everywhere else other types stay refused.
 */
export function acceptForeignBodies(app: FastifyInstance): void {
  // Fastify would hand it on as text.
  app.removeContentTypeParser('text/plain');
  const parseJson = jsonBodyParser(app);
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.config.intake) return parseJson(request, String(body), done);
    const type = request.headers['content-type'] ?? 'none';
    return done(
      Object.assign(new Error(`the content type is ${type}; expected application/json`), { statusCode: 415 }),
    );
  });
  app.addHook('preParsing', async (request, _reply, payload) => {
    return request.routeOptions.config.intake ? unpacked(request, payload) : payload;
  });
}

function unpacked(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return payload;
  if (encoding !== 'gzip' && encoding !== 'x-gzip' && encoding !== 'deflate') {
    throw new AppError('invalid', `the content encoding is ${encoding}; expected gzip, deflate or none`);
  }
  // The length of the packed body says nothing about what comes out; the server counts both.
  const counted = { receivedEncodedLength: 0 };
  const unpacker = Object.assign(encoding === 'deflate' ? createInflate() : createGunzip(), counted);
  payload.on('data', (chunk: Buffer) => (unpacker.receivedEncodedLength += chunk.length));
  payload.on('error', (error) => unpacker.destroy(error));
  unpacker.on('error', (error: Error & { statusCode?: number }) => (error.statusCode = 400));
  return payload.pipe(unpacker);
}
