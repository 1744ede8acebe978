import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notBuiltPage } from './not-built.ts';

const YEAR_S = 31_536_000;
// Vite puts the hash of the content into the names of these, so a name never means another content.
const HASHED = /\/assets\/[^/]+-[\w-]{8,}\.\w+(?:\.(?:br|gz))?$/;

declare module 'fastify' {
  interface FastifyReply {
    /** Sends the page whatever its address: it finds its way by itself. */
    sendPage(): FastifyReply;
  }
  interface FastifyInstance {
    /** Whether a browser asks for a page rather than a program for data. */
    wantsPage(request: FastifyRequest): boolean;
  }
}

/** Serves the built page from a directory, or a page that says how to build it. */
export async function servePage(app: FastifyInstance, directory: string | undefined): Promise<void> {
  const built = directory !== undefined && existsSync(join(directory, 'index.html'));
  if (built) await app.register(fastifyStatic, staticOptions(directory));
  app.decorate('wantsPage', wantsPage);
  app.decorateReply('sendPage', function sendPage(this: FastifyReply): FastifyReply {
    if (built) return this.sendFile('index.html');
    return this.code(503).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(notBuiltPage());
  });
}

function staticOptions(root: string) {
  return {
    root,
    index: false as const,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply: FastifyReply, path: string) => {
      const value = HASHED.test(path.replaceAll('\\', '/')) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache';
      reply.header('cache-control', value);
    },
  };
}

const NOT_PAGES = /^\/(api|webhook|metrics|healthz|readyz|ping|openapi\.json|analyze|summarize-incident|assets)(\/|$)/;

function wantsPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  const reads = request.method === 'GET' || request.method === 'HEAD';
  // What has an extension is a file that is not there, and a page in its place would hide that.
  if (!reads || NOT_PAGES.test(path) || /\.\w+$/.test(path)) return false;
  return /text\/html/.test(request.headers.accept ?? '');
}
