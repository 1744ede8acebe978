import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import type { Route } from '../http/route.ts';

/** What one asks for without having to sign in; everything else wants a token. */
export const PUBLIC = new Set([
  'GET /',
  'GET /ping',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /openapi.json',
  'GET /api/healthz',
  'GET /api/version',
  'GET /api/readyz',
  'GET /api/metrics',
  'GET /api/metrics/prometheus',
  'GET /api/openapi.yaml',
  // The handshake is open so that a browser can name itself in its first message; nothing is sent before that.
  'GET /api/stream/ws',
  'GET /api/v1/auth/config',
  'POST /api/v1/auth/register',
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/logout',
]);

/** How a route is named in the lists of these tests. */
export function nameOf({ method, url }: Pick<Route, 'method' | 'url'>): string {
  return `${method} ${url}`;
}

const PARAMS: Readonly<Record<string, string>> = {
  revision: '1',
  evidenceId: 'ev_aaaaaaaaaaaaaaaaaaaa',
  commentId: 'cmt_x',
  bindingId: 'bnd_x',
};

/** Asks a route with its parameters filled in; `param` is what stands for any without a value of its own. */
export function ask(
  app: FastifyInstance,
  { method, url }: Pick<Route, 'method' | 'url'>,
  { param = 'inc_x', params = {}, ...options }: AskOptions = {},
): Promise<LightMyRequestResponse> {
  const filled = url.replaceAll(/:(\w+)|\*/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? PARAMS[name] ?? param),
  );
  return app.inject({ method, url: filled, ...options });
}

type AskOptions = InjectOptions & { readonly param?: string; readonly params?: Readonly<Record<string, string>> };

/** The fields a route's body may have. */
export function fieldsOf({ body }: Pick<Route, 'body'>): readonly string[] {
  if (!body) return [];
  const schema = z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' });
  const shapes = [schema, ...(schema.anyOf ?? [])];
  return shapes.flatMap(({ properties = {} }) => Object.keys(properties));
}
