import { IncidentAlertPage } from '@headwater/contracts/http/alert.ts';
import { PageQuery } from '@headwater/contracts/http/common.ts';
import { EvidenceDetail, EvidenceListQuery, EvidencePage } from '@headwater/contracts/http/evidence.ts';
import { SimilarIncidents } from '@headwater/contracts/http/incident.ts';
import { RECALL_MODEL } from '@headwater/contracts/http/recall.ts';
import { TimelinePage, TimelineQuery } from '@headwater/contracts/http/timeline.ts';
import { similarTo } from '@headwater/engine/recall/similar.ts';
import {
  evidenceDetail,
  incidentAlerts,
  incidentEvidence,
  incidentTimeline,
} from '@headwater/engine/views/incident-parts.ts';
import { findIncident } from '@headwater/engine/views/incidents.ts';
import { z } from 'zod';
import { presentIncidentAlert } from '../alerts/present.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute } from '../route.ts';
import { EvidenceParams, IncidentParams } from './inputs.ts';
import { presentEvent, presentEvidence, presentEvidenceDetail, presentSimilar } from './present.ts';

const shared = { method: 'GET', tags: ['incidents'], access: 'incidents.read', params: IncidentParams } as const;

export const AlertPosition = z.object({ key: z.number(), id: z.string().max(64) });
const EvidencePosition = z.object({ observedAt: z.number().nullable(), id: z.string().max(64) });

export const incidentAlertsRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/alerts',
  operationId: 'listIncidentAlerts',
  summary: 'The alerts of an incident and why each joined it',
  query: PageQuery,
  responses: { 200: IncidentAlertPage },
  async handle({ ctx, params, query: { limit, cursor } }) {
    const after = readCursor(cursor, AlertPosition);
    const { items, next } = await incidentAlerts(ctx, params.id, { limit, after });
    return { items: items.map(presentIncidentAlert), nextCursor: next && writeCursor(next) };
  },
});

export const incidentEvidenceRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/evidence',
  operationId: 'listIncidentEvidence',
  summary: 'What was read to explain an incident, newest first',
  description: 'Evidence of namespaces the caller may not read is marked `withheld` and empty.',
  query: EvidenceListQuery,
  responses: { 200: EvidencePage },
  async handle({ ctx, params, query: { limit, cursor, kind, cited } }) {
    const after = readCursor(cursor, EvidencePosition) ?? undefined;
    const { items, next } = await incidentEvidence(ctx, params.id, { limit, after, kinds: kind });
    const shown = cited === undefined ? items : items.filter((item) => item.cited === cited);
    return { items: shown.map(presentEvidence), nextCursor: next && writeCursor(next) };
  },
});

export const evidenceRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/evidence/:evidenceId',
  operationId: 'getIncidentEvidence',
  summary: 'One piece of evidence with all that was read',
  params: EvidenceParams,
  responses: { 200: EvidenceDetail },
  handle: async ({ ctx, params }) => presentEvidenceDetail(await evidenceDetail(ctx, params.id, params.evidenceId)),
});

export const incidentTimelineRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/timeline',
  operationId: 'getIncidentTimeline',
  summary: 'What happened to an incident, in plain words',
  query: TimelineQuery,
  responses: { 200: TimelinePage },
  async handle({ ctx, params, query: { limit, cursor, kind, order } }) {
    const after = readCursor(cursor, z.number().int());
    const { items, next } = await incidentTimeline(ctx, params.id, { limit, after, kinds: kind, order });
    return { items: items.map(presentEvent), nextCursor: next === null ? null : writeCursor(next) };
  },
});

export const similarIncidentsRoute = defineRoute({
  ...shared,
  url: '/api/v1/incidents/:id/similar',
  operationId: 'listSimilarIncidents',
  summary: 'Past incidents most like this one, each once',
  query: z.object({ limit: z.coerce.number().int().min(1).max(20).default(5) }),
  responses: { 200: SimilarIncidents },
  async handle({ ctx, params, query }) {
    const similar = await similarTo(ctx, await findIncident(ctx, params.id), query.limit);
    return { items: similar.map(presentSimilar), model: RECALL_MODEL };
  },
});
