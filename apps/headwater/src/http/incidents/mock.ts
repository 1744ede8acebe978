import { MockAnswer, MockIncidentRequest } from '@headwater/contracts/http/incident.ts';
import { readWebhook } from '@headwater/contracts/webhooks/read-webhook.ts';
import { AppError } from '@headwater/core/errors.ts';
import { formatTime } from '@headwater/core/time.ts';
import { recordSignals } from '@headwater/engine/intake/record-signals.ts';
import { defineRoute } from '../route.ts';

export const mockIncidentRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/incidents/mock',
  operationId: 'sendTestAlert',
  summary: 'Send a test alert through the whole chain',
  description: 'Only where HEADWATER_TEST_DATA allows it; anywhere else there is no such address.',
  tags: ['incidents'],
  access: 'signals.send',
  body: MockIncidentRequest,
  bodyOptional: true,
  responses: { 202: MockAnswer },
  async handle({ ctx, body, services }) {
    if (!services.settings.intake.testData) throw new AppError('not_found', 'no such address');
    const id = ctx.newId('tst');
    const alert = {
      status: 'firing',
      labels: {
        alertname: 'HeadwaterTest',
        severity: body.severity,
        cluster: body.cluster,
        namespace: body.namespace,
        test: id,
      },
      annotations: { summary: body.title },
      startsAt: formatTime(ctx.now()),
    };
    const signals = readWebhook({ version: '4', status: 'firing', groupKey: id, alerts: [alert] }, ctx.now());
    const recorded = await recordSignals(ctx, services.intake, { source: 'test', signals });
    return { fingerprint: recorded.body.alerts[0]?.fingerprint ?? '', detail: 'the test alert is stored' };
  },
});
