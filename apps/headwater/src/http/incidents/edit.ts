import { IncidentItem, IncidentPatch, IncidentPut } from '@headwater/contracts/http/incident.ts';
import { AppError } from '@headwater/core/errors.ts';
import { editIncident } from '@headwater/engine/incidents/edit.ts';
import { hideIncident } from '@headwater/engine/incidents/hide.ts';
import { unhideIncident } from '@headwater/engine/incidents/unhide.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { answerIncident, IncidentParams, MatchHeaders, targetOf } from './inputs.ts';

export const putIncidentRoute = defineRoute({
  method: 'PUT',
  url: '/api/v1/incidents/:id',
  operationId: 'putIncident',
  summary: 'Rewrite title and severity, and the analysis where given',
  tags: ['incidents'],
  access: 'incidents.write',
  params: IncidentParams,
  headers: MatchHeaders,
  body: IncidentPut,
  responses: { 200: IncidentItem },
  async handle({ ctx, params, headers, body, reply }) {
    const target = await targetOf(ctx, params.id, headers);
    await editIncident(ctx, { ...target, ...body });
    return answerIncident(ctx, target.incidentId, reply);
  },
});

export const patchIncidentRoute = defineRoute({
  method: 'PATCH',
  url: '/api/v1/incidents/:id',
  operationId: 'patchIncident',
  summary: 'Rewrite the fields given; without a body, hide the incident',
  description: 'A request without any body hides, as clients of kube-rca expect; with a body it edits.',
  tags: ['incidents'],
  access: 'incidents.write',
  params: IncidentParams,
  headers: MatchHeaders,
  // Null comes first: it is what the server takes a missing body for, and the edit would read it as an empty one.
  body: z.union([z.null(), IncidentPatch]),
  bodyOptional: true,
  responses: { 200: IncidentItem },
  async handle({ ctx, params, headers, body, reply }) {
    const target = await targetOf(ctx, params.id, headers);
    if (body === null || body === undefined) await hideIncident(ctx, target);
    else if (Object.keys(body).length === 0) throw new AppError('invalid', 'the body names nothing to change');
    else await editIncident(ctx, { ...target, ...body });
    return answerIncident(ctx, target.incidentId, reply);
  },
});

export const unhideIncidentRoute = defineRoute({
  method: 'PATCH',
  url: '/api/v1/incidents/:id/unhide',
  operationId: 'unhideIncident',
  summary: 'Bring a hidden incident back',
  tags: ['incidents'],
  access: 'incidents.write',
  params: IncidentParams,
  headers: MatchHeaders,
  responses: { 200: IncidentItem },
  async handle({ ctx, params, headers, reply }) {
    const target = await targetOf(ctx, params.id, headers);
    await unhideIncident(ctx, target);
    return answerIncident(ctx, target.incidentId, reply);
  },
});
