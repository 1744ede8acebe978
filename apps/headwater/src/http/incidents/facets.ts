import { IncidentFacets } from '@headwater/contracts/http/incident.ts';
import { Time } from '@headwater/contracts/http/common.ts';
import { DAY, parseTime } from '@headwater/core/time.ts';
import type { FacetRow } from '@headwater/engine/ports/store/incident-queries.ts';
import { incidentFacets } from '@headwater/engine/views/incidents.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';

// Of a year's incidents the last month and what is still open name the values people filter by, at a tenth of the work.
const DEFAULT_SPAN = 30 * DAY;

export const incidentFacetsRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/incidents/facets',
  operationId: 'getIncidentFacets',
  summary: 'Values to filter incidents by, with how many have each',
  description: 'Counts unresolved incidents and those started since `from`: the last 30 days unless said otherwise.',
  tags: ['incidents'],
  access: 'incidents.read',
  query: z.object({ from: Time.optional() }),
  responses: { 200: IncidentFacets },
  async handle({ ctx, query }) {
    const since = (query.from === undefined ? null : parseTime(query.from)) ?? ctx.now() - DEFAULT_SPAN;
    const rows = await incidentFacets(ctx, since);
    const of = (field: FacetRow['field']) =>
      rows.filter((row) => row.field === field).map(({ value, count }) => ({ value, count }));
    return {
      statuses: of('status'),
      severities: of('severity'),
      clusters: of('cluster'),
      namespaces: of('namespace'),
      categories: of('category'),
      verdicts: of('verdict'),
      assignees: of('assignee'),
    };
  },
});
