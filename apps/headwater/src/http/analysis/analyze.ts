import { AnalyzeRequest, AnalyzeResponse } from '@headwater/contracts/http/agent.ts';
import { allows } from '@headwater/core/access/permissions.ts';
import { AppError } from '@headwater/core/errors.ts';
import { defineRoute } from '../route.ts';

export const analyze = defineRoute({
  method: 'POST',
  url: '/analyze',
  operationId: 'analyzeAlert',
  summary: 'Analyse one alert on the spot, as the kube-rca agent does',
  description:
    'Reads the cluster and its telemetry and answers with the diagnosis in the words of the kube-rca agent. Nothing is stored. The caller needs to read the whole cluster, for a cause may stand anywhere in it.',
  tags: ['analysis'],
  access: 'incidents.read',
  body: AnalyzeRequest,
  responses: { 200: AnalyzeResponse },
  handle({ ctx, body, services }) {
    const { worker, settings, defaultCluster } = services;
    const cluster = body.alert.labels['cluster'] || defaultCluster;
    // A cause may stand in any namespace, and nothing is withheld from this answer.
    const decision = allows(ctx.actor, 'incidents.read', { cluster, namespaces: [] });
    if (!decision.allowed)
      throw new AppError('forbidden', decision.reason, { details: { permission: 'incidents.read' } });
    if (!worker)
      throw new AppError('unavailable', 'this process has no worker role; ask one that has', {
        details: { retryAfterSeconds: 30 },
      });
    return worker.analyze(body, cluster, settings.diagnosis.timeout);
  },
});
