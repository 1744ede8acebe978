import { StoredSignals } from '@headwater/contracts/http/signals.ts';
import { readWebhook } from '@headwater/contracts/webhooks/read-webhook.ts';
import { type RecordedSignals, recordSignals } from '@headwater/engine/intake/record-signals.ts';
import { defineRoute, type Route } from '../route.ts';
import { AlertmanagerBodies } from './bodies.ts';

// The first is the one to configure; Prometheus itself appends /api/v2/alerts to whatever address it is given.
const PLACES = [
  { url: '/webhook/alertmanager', operationId: 'receiveAlertmanager', hidden: false },
  { url: '/api/v1/webhooks/alertmanager', operationId: 'receiveAlertmanagerBelowApi', hidden: true },
  { url: '/api/v2/alerts', operationId: 'receivePrometheus', hidden: true },
] as const;

/** Takes what Alertmanager, Grafana, Mimir, vmalert and Prometheus send. */
export const alertmanagerRoutes: readonly Route[] = PLACES.map((place) =>
  defineRoute({
    ...place,
    method: 'POST',
    summary: 'Take alerts of Alertmanager, Grafana or Prometheus',
    description: 'Answers 200 when everything is stored. On 503 the sender tries again; every other failure is final.',
    tags: ['intake'],
    access: 'intake',
    body: AlertmanagerBodies,
    responses: { 200: StoredSignals },
    async handle({ ctx, body, services }) {
      const signals = readWebhook(body, ctx.now());
      return storedSignals(await recordSignals(ctx, services.intake, { source: 'alertmanager', signals }));
    },
  }),
);

/** Counts what a body came to. */
export function storedSignals({ reasons }: RecordedSignals): StoredSignals {
  let opened = 0;
  let resolved = 0;
  for (const reason of reasons) {
    if (reason === 'opened' || reason === 'superseded' || reason === 'reopened') opened += 1;
    if (reason === 'resolved') resolved += 1;
  }
  return { status: 'stored', alerts: reasons.length, opened, resolved, repeated: reasons.length - opened - resolved };
}
