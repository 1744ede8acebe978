import { AlertDetail, AlertListQuery, AlertPage } from '@headwater/contracts/http/alert.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { AlertFilter } from '@headwater/engine/ports/store/alert-queries.ts';
import { alertDetail, listAlerts } from '@headwater/engine/views/alerts.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { AlertParams } from '../incidents/inputs.ts';
import { AlertPosition } from '../incidents/parts.ts';
import { defineRoute } from '../route.ts';
import { presentAlert, presentAlertDetail } from './present.ts';

export const listAlertsRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/alerts',
  operationId: 'listAlerts',
  summary: 'Alerts one may see, filtered and by pages',
  tags: ['alerts'],
  access: 'incidents.read',
  query: AlertListQuery,
  responses: { 200: AlertPage },
  async handle({ ctx, query }) {
    const { sort, limit } = query;
    const after = readCursor(query.cursor, AlertPosition.extend({ sort: z.literal(sort) }));
    const { items, next } = await listAlerts(ctx, filterOf(query), { sort, limit, after });
    return { items: items.map(presentAlert), nextCursor: next && writeCursor({ sort, ...next }) };
  },
});

export const getAlertRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/alerts/:id',
  operationId: 'getAlert',
  summary: 'One alert with its newest episodes',
  tags: ['alerts'],
  access: 'incidents.read',
  params: AlertParams,
  responses: { 200: AlertDetail },
  handle: async ({ ctx, params }) => presentAlertDetail(await alertDetail(ctx, params.id)),
});

function filterOf(query: AlertListQuery): Omit<AlertFilter, 'scope'> {
  return {
    statuses: query.status,
    severities: query.severity,
    clusters: query.cluster,
    namespaces: query.namespace,
    names: query.name,
    sources: query.source,
    subjectStates: query.subjectState,
    labels: query.label && Object.fromEntries(query.label.map(pairOf)),
    flapping: query.flapping,
    text: query.q,
    from: query.from === undefined ? undefined : (parseTime(query.from) ?? undefined),
    to: query.to === undefined ? undefined : (parseTime(query.to) ?? undefined),
  };
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
