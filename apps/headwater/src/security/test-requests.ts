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
    encodeURIComponent((params[name] ?? PARAMS[name] ?? param).toWellFormed()),
  );
  return app.inject({ method, url: filled, ...options });
}

type AskOptions = InjectOptions & { readonly param?: string; readonly params?: Readonly<Record<string, string>> };

/** The fields a route's body may have. */
export function fieldsOf({ body }: Pick<Route, 'body'>): readonly string[] {
  return propertiesOf(body);
}

/** The parameters a route's query may have. */
export function queryOf({ query }: Pick<Route, 'query'>): readonly string[] {
  return propertiesOf(query);
}

function propertiesOf(type: z.ZodType | undefined): readonly string[] {
  if (!type) return [];
  const schema = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  const shapes = [schema, ...(schema.anyOf ?? [])];
  return shapes.flatMap(({ properties = {} }) => Object.keys(properties));
}

/** What exists: an incident, another one, and an alert. */
export interface Ids {
  readonly incident: string;
  readonly other: string;
  readonly alert: string;
}

/** A body that a route about an incident or alert takes, so that only something else can be wrong. */
export function wellFormed(route: Route, { incident, other, alert }: Ids): Record<string, unknown> | undefined {
  const target = route.url.includes('/alerts/') ? incident : other;
  const known: Record<string, unknown> = {
    title: 'x',
    severity: 'critical',
    reason: 'because',
    assignee: 'kim',
    minutes: 5,
    body: 'a comment',
    vote: 'up',
    action: 'restart-workload',
    incidentId: target,
    incidentIds: [target],
    alertIds: [alert],
  };
  if (!route.body) return undefined;
  const body = Object.fromEntries(fieldsOf(route).flatMap((name) => (name in known ? [[name, known[name]]] : [])));
  const { error } = route.body.safeParse(body);
  if (error) throw new Error(`${nameOf(route)} does not take ${JSON.stringify(body)}: ${error.message}`);
  return body;
}
