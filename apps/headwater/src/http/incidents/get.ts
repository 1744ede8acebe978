import { IncidentDetail } from '@headwater/contracts/http/incident.ts';
import { incidentDetail } from '@headwater/engine/views/incidents.ts';
import { entityTag } from '../entity-tag.ts';
import { defineRoute } from '../route.ts';
import { IncidentParams } from './inputs.ts';
import { presentDetail } from './present.ts';

export const getIncidentRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/incidents/:id',
  operationId: 'getIncident',
  summary: 'One incident: latest diagnosis, possible actions, similar ones',
  tags: ['incidents'],
  access: 'incidents.read',
  params: IncidentParams,
  responses: { 200: IncidentDetail },
  async handle({ ctx, params, reply }) {
    const detail = await incidentDetail(ctx, params.id);
    reply.header('etag', entityTag(detail.incident.version));
    return presentDetail(detail);
  },
});
