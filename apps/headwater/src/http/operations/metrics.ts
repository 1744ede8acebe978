import { MetricsReport } from '@headwater/contracts/http/operations.ts';
import { formatTime } from '@headwater/core/time.ts';
import { expose, expositionFor, type Reading, report } from '../../observability/metrics.ts';
import { defineRoute, rawResponse, type Route } from '../route.ts';
import type { Services } from '../services.ts';

const common = { method: 'GET', tags: ['operations'], access: 'public', quiet: true } as const;

function readingsOf(services: Services): Promise<readonly Reading[]> {
  return Promise.all(services.readMetrics.map((read) => read()));
}

function expositionRoute(url: string, operationId: string): Route {
  return defineRoute({
    ...common,
    url,
    operationId,
    summary: 'Metrics for Prometheus',
    description: 'OpenMetrics when the Accept header asks for `application/openmetrics-text`, else the text format.',
    responses: { 200: rawResponse('text/plain', 'The exposition') },
    async handle({ services, request, reply }) {
      const format = expositionFor(request.headers.accept);
      const { contentType, text } = await expose(await readingsOf(services), format);
      return reply.type(contentType).send(text);
    },
  });
}

export const metricsRoutes: readonly Route[] = [
  expositionRoute('/metrics', 'getMetrics'),
  expositionRoute('/api/metrics/prometheus', 'getPrometheusMetrics'),
  defineRoute({
    ...common,
    url: '/api/metrics',
    operationId: 'getMetricsReport',
    summary: 'Metrics as JSON',
    responses: { 200: MetricsReport },
    handle: async ({ ctx, services }) => ({
      generatedAt: formatTime(ctx.now()),
      metrics: await report(await readingsOf(services)),
    }),
  }),
];
