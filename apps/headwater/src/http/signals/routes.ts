import { SignalAnswer, StoredSignals } from '@headwater/contracts/http/signals.ts';
import { readKubernetesEvent } from '@headwater/contracts/webhooks/kubernetes-event.ts';
import { readMapped } from '@headwater/contracts/webhooks/read-mapped.ts';
import { readWebhook } from '@headwater/contracts/webhooks/read-webhook.ts';
import { AppError } from '@headwater/core/errors.ts';
import { recordSignals } from '@headwater/engine/intake/record-signals.ts';
import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { storedSignals } from '../webhooks/alertmanager.ts';
import { AlertmanagerBodies, AnyJson, KubernetesEventBody } from '../webhooks/bodies.ts';
import { answerSignals } from './answer.ts';

const prometheus = defineRoute({
  method: 'POST',
  url: '/api/v1/signals/prometheus',
  operationId: 'sendPrometheusSignals',
  summary: 'Take alerts, answering as a signal gateway',
  description:
    'The body of the Alertmanager webhook; 201 when something began to fire, 202 when all was known, both once it is stored.',
  tags: ['intake'],
  access: 'intake',
  body: AlertmanagerBodies,
  responses: { 201: SignalAnswer, 202: SignalAnswer },
  async handle({ ctx, body, services, reply }) {
    const signals = readWebhook(body, ctx.now());
    return answerSignals(await recordSignals(ctx, services.intake, { source: 'alertmanager', signals }), reply);
  },
});

const kubernetesEvent = defineRoute({
  method: 'POST',
  url: '/api/v1/signals/kubernetes-event',
  operationId: 'sendKubernetesEvent',
  summary: 'Take one Warning Event of a cluster',
  tags: ['intake'],
  access: 'intake',
  body: KubernetesEventBody,
  responses: { 201: SignalAnswer, 202: SignalAnswer },
  async handle({ ctx, body, services, reply }) {
    const signals = readKubernetesEvent(body, ctx.now());
    return answerSignals(await recordSignals(ctx, services.intake, { source: 'kubernetes-event', signals }), reply);
  },
});

const generic = defineRoute({
  method: 'POST',
  url: '/api/v1/signals/generic/:mapping',
  operationId: 'sendMappedSignals',
  summary: 'Take any JSON that a configured mapping turns into alerts',
  tags: ['intake'],
  access: 'intake',
  params: z.object({ mapping: z.string().describe('Name of a mapping of the configuration') }),
  body: AnyJson,
  responses: { 200: StoredSignals },
  async handle({ ctx, params, body, services }) {
    const mapping = services.settings.intake.mappings.find(({ name }) => name === params.mapping);
    if (!mapping) throw new AppError('not_found', `no signal mapping ${JSON.stringify(params.mapping)}`);
    const signals = readMapped(mapping, body, ctx.now());
    return storedSignals(await recordSignals(ctx, services.intake, { source: 'generic', signals }));
  },
});

export const signalRoutes: readonly Route[] = [prometheus, kubernetesEvent, generic];
