import { Liveness, Pong, Readiness, VersionInfo } from '@headwater/contracts/http/operations.ts';
import { formatTime } from '@headwater/core/time.ts';
import { VERSION } from '../../version.ts';
import { defineRoute, type Route } from '../route.ts';

export const BUILD: VersionInfo = { name: 'headwater', version: VERSION, node: process.versions.node, api: 'v1' };

const common = { method: 'GET', tags: ['operations'], access: 'public', quiet: true } as const;

export const pingRoute = defineRoute({
  ...common,
  url: '/ping',
  operationId: 'ping',
  summary: 'Say pong',
  responses: { 200: Pong },
  handle: () => ({ message: 'pong' as const }),
});

function livenessRoute(url: string, operationId: string): Route {
  return defineRoute({
    ...common,
    url,
    operationId,
    summary: 'Whether the process is alive',
    description: 'Says nothing about the store: a process that waits for its database must not be killed for it.',
    responses: { 200: Liveness },
    handle: ({ ctx }) => ({ status: 'ok' as const, timestamp: formatTime(ctx.now()) }),
  });
}

function readinessRoute(url: string, operationId: string): Route {
  return defineRoute({
    ...common,
    url,
    operationId,
    summary: 'Whether requests may be sent here',
    responses: { 200: Readiness, 503: Readiness },
    async handle({ ctx, services, reply }) {
      const checks = await services.readiness.check();
      const ready = checks.every(({ ok }) => ok);
      if (!ready) reply.code(503).header('retry-after', '2');
      const timestamp = formatTime(ctx.now());
      return {
        status: ready ? ('ready' as const) : ('not-ready' as const),
        timestamp,
        checks: [...checks],
        build: BUILD,
      };
    },
  });
}

export const healthRoutes: readonly Route[] = [
  livenessRoute('/healthz', 'getHealth'),
  livenessRoute('/api/healthz', 'getApiHealth'),
  readinessRoute('/readyz', 'getReadiness'),
  readinessRoute('/api/readyz', 'getApiReadiness'),
];

export const versionRoute = defineRoute({
  ...common,
  url: '/api/version',
  operationId: 'getVersion',
  summary: 'Which Headwater this is',
  responses: { 200: VersionInfo },
  handle: () => BUILD,
});
