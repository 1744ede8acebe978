import { AnalyzeRequest, AnalyzeResponse } from '@headwater/contracts/http/agent.ts';
import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import { defineRoute } from '../route.ts';

export const analyze = defineRoute({
  method: 'POST',
  url: '/analyze',
  operationId: 'analyzeAlert',
  summary: 'Analyse one alert on the spot, as the kube-rca agent does',
  description:
    'Reads the cluster and its telemetry and answers with the diagnosis in the words of the kube-rca agent. Nothing is stored. The caller needs to read the namespace the alert names.',
  tags: ['analysis'],
  access: 'incidents.read',
  body: AnalyzeRequest,
  responses: { 200: AnalyzeResponse },
  handle({ ctx, body, services }) {
    const { worker, settings, defaultCluster } = services;
    const { labels } = body.alert;
    const cluster = labels['cluster'] || defaultCluster;
    const namespace = labels['namespace'] || labels['exported_namespace'];
    authorize(ctx.actor, 'incidents.read', {
      label: `cluster ${cluster}${namespace ? ` with a namespace ${namespace}` : ''}`,
      cluster,
      namespaces: namespace ? [namespace] : [],
    });
    if (!worker)
      throw new AppError('unavailable', 'this process has no worker role; ask one that has', {
        details: { retryAfterSeconds: 30 },
      });
    return worker.analyze(body, cluster, settings.diagnosis.timeout);
  },
});
