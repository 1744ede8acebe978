import { IncidentListQuery, IncidentPage } from '@headwater/contracts/http/incident.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { IncidentFilter } from '@headwater/engine/ports/store/incident-queries.ts';
import { listIncidents } from '@headwater/engine/views/incidents.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute } from '../route.ts';
import { presentIncident } from './present.ts';

const Position = z.object({
  sort: z.enum(['startedAt', 'updatedAt', 'severity']),
  key: z.number(),
  startedAt: z.number(),
  id: z.string().max(64),
});

export const listIncidentsRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/incidents',
  operationId: 'listIncidents',
  summary: 'Incidents one may see, filtered, sorted and by pages',
  tags: ['incidents'],
  access: 'incidents.read',
  query: IncidentListQuery,
  responses: { 200: IncidentPage },
  handle: ({ ctx, query }) => answerList(ctx, query),
});

export const listHiddenIncidentsRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/incidents/hidden',
  operationId: 'listHiddenIncidents',
  summary: 'Incidents that were hidden',
  tags: ['incidents'],
  access: 'incidents.read',
  query: IncidentListQuery.omit({ hidden: true }),
  responses: { 200: IncidentPage },
  handle: ({ ctx, query }) => answerList(ctx, { ...query, hidden: true }),
});

async function answerList(ctx: VerbContext, query: IncidentListQuery) {
  const { sort, limit } = query;
  // A cursor of another sort would silently begin somewhere else.
  const after = readCursor(query.cursor, Position.extend({ sort: z.literal(sort) }));
  const { items, next } = await listIncidents(ctx, filterOf(ctx, query), { sort, limit, after });
  return { items: items.map(presentIncident), nextCursor: next === null ? null : writeCursor({ sort, ...next }) };
}

function filterOf(ctx: VerbContext, query: IncidentListQuery): Omit<IncidentFilter, 'scope'> {
  return {
    hidden: query.hidden,
    statuses: query.status,
    severities: query.severity,
    clusters: query.cluster,
    namespaces: query.namespace,
    assignees: query.assignee?.map((one) => (one === 'none' ? null : one === 'me' ? ctx.actor.name : one)),
    categories: query.category,
    verdicts: query.verdict,
    text: query.q,
    from: query.from === undefined ? undefined : (parseTime(query.from) ?? undefined),
    to: query.to === undefined ? undefined : (parseTime(query.to) ?? undefined),
    snoozed: query.snoozed === undefined ? undefined : { yes: query.snoozed, at: ctx.now() },
  };
}
