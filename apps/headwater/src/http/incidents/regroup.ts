import { IncidentItem, MergeRequest, SplitRequest, UnmergeRequest } from '@headwater/contracts/http/incident.ts';
import { mergeIncidents } from '@headwater/engine/incidents/merge.ts';
import { splitIncident } from '@headwater/engine/incidents/split.ts';
import { unmergeIncident } from '@headwater/engine/incidents/unmerge.ts';
import { findIncident } from '@headwater/engine/views/incidents.ts';
import { defineRoute } from '../route.ts';
import { answerIncident, ChangeHeaders, IncidentParams, targetOf } from './inputs.ts';

const shared = {
  method: 'POST',
  tags: ['incidents'],
  access: 'incidents.write',
  idempotent: true,
  params: IncidentParams,
  headers: ChangeHeaders,
} as const;

export const mergeIncidentsRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/merge',
  operationId: 'mergeIncidents',
  summary: 'Merge other incidents into this one',
  body: MergeRequest,
  responses: { 200: IncidentItem },
  async handle({ ctx, params, headers, body, reply }) {
    const target = await targetOf(ctx, params.id, headers);
    const named = body.incidentIds.map(async (id) => (await findIncident(ctx, id)).id);
    await mergeIncidents(ctx, { ...target, sourceIds: await Promise.all(named), reason: body.reason });
    return answerIncident(ctx, target.incidentId, reply);
  },
});

export const unmergeIncidentRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/unmerge',
  operationId: 'unmergeIncident',
  summary: 'Undo the merge of an incident into this one',
  description: 'Answers the incident that is itself again.',
  body: UnmergeRequest,
  responses: { 200: IncidentItem },
  async handle({ ctx, params, headers, body, reply }) {
    const target = await targetOf(ctx, params.id, headers);
    const { id: sourceId } = await findIncident(ctx, body.incidentId);
    await unmergeIncident(ctx, { ...target, sourceId });
    return answerIncident(ctx, sourceId, reply);
  },
});

export const splitIncidentRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/split',
  operationId: 'splitIncident',
  summary: 'Take alerts out into a new incident',
  description: 'Answers the new incident.',
  body: SplitRequest,
  responses: { 201: IncidentItem },
  async handle({ ctx, params, headers, body, reply }) {
    const target = await targetOf(ctx, params.id, headers);
    const { incident } = await splitIncident(ctx, { ...target, ...body });
    reply.header('location', `/api/v1/incidents/${incident.id}`);
    return answerIncident(ctx, incident.id, reply);
  },
});
