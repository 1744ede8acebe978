import {
  AlertDetail,
  BulkResolveAnswer,
  BulkResolveRequest,
  MoveAlertRequest,
} from '@headwater/contracts/http/alert.ts';
import { resolveAlert, resolveAlerts } from '@headwater/engine/alerts/resolve-alert.ts';
import { moveAlert } from '@headwater/engine/incidents/move-alert.ts';
import { alertDetail, findAlert } from '@headwater/engine/views/alerts.ts';
import { findIncident } from '@headwater/engine/views/incidents.ts';
import { expectedVersion } from '../entity-tag.ts';
import { AlertParams, MatchHeaders, OnceHeaders } from '../incidents/inputs.ts';
import { defineRoute } from '../route.ts';
import { presentAlertDetail } from './present.ts';

const shared = { tags: ['alerts'], access: 'incidents.write' } as const;

export const moveAlertRoute = defineRoute({
  ...shared,
  method: 'PUT',
  url: '/api/v1/alerts/:id/incident',
  operationId: 'moveAlert',
  summary: 'Move an alert to another incident, where later episodes of it go too',
  description: '`If-Match` is about the incident it goes to.',
  params: AlertParams,
  headers: MatchHeaders,
  body: MoveAlertRequest,
  responses: { 200: AlertDetail },
  async handle({ ctx, params, headers, body }) {
    await findAlert(ctx, params.id);
    const { id: toIncidentId } = await findIncident(ctx, body.incidentId);
    const version = expectedVersion(headers['if-match']);
    await moveAlert(ctx, { alertId: params.id, toIncidentId, expectedVersion: version, reason: body.reason });
    return presentAlertDetail(await alertDetail(ctx, params.id));
  },
});

export const resolveAlertRoute = defineRoute({
  ...shared,
  method: 'POST',
  url: '/api/v1/alerts/:id/resolve',
  operationId: 'resolveAlert',
  summary: 'End an alert that still fires',
  description: 'A sender that goes on firing it opens it again.',
  idempotent: true,
  params: AlertParams,
  headers: OnceHeaders,
  responses: { 200: AlertDetail },
  async handle({ ctx, params }) {
    await resolveAlert(ctx, params.id);
    return presentAlertDetail(await alertDetail(ctx, params.id));
  },
});

export const bulkResolveAlertsRoute = defineRoute({
  ...shared,
  method: 'POST',
  url: '/api/v1/alerts/bulk-resolve',
  operationId: 'bulkResolveAlerts',
  summary: 'End up to 50 alerts; what fails is named and keeps the others from nothing',
  idempotent: true,
  headers: OnceHeaders,
  body: BulkResolveRequest,
  responses: { 200: BulkResolveAnswer },
  async handle({ ctx, body }) {
    const { resolved, failed } = await resolveAlerts(ctx, body.alertIds);
    return { resolved: [...resolved], failed: [...failed] };
  },
});
