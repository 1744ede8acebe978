import {
  AssignRequest,
  IncidentItem,
  ReasonRequest,
  ResolveRequest,
  SnoozeRequest,
} from '@headwater/contracts/http/incident.ts';
import { AppError } from '@headwater/core/errors.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { acknowledgeIncident } from '@headwater/engine/incidents/acknowledge.ts';
import { assignIncident } from '@headwater/engine/incidents/assign.ts';
import type { IncidentTarget } from '@headwater/engine/incidents/change-incident.ts';
import { reopenIncident } from '@headwater/engine/incidents/reopen.ts';
import { resolveIncident } from '@headwater/engine/incidents/resolve.ts';
import { snoozeIncident } from '@headwater/engine/incidents/snooze.ts';
import { unacknowledgeIncident } from '@headwater/engine/incidents/unacknowledge.ts';
import { unsnoozeIncident } from '@headwater/engine/incidents/unsnooze.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { answerIncident, ChangeHeaders, IncidentParams, targetOf } from './inputs.ts';

interface StateChange<B extends z.ZodType> {
  readonly verb: string;
  readonly summary: string;
  readonly description?: string;
  readonly body: B;
  readonly bodyOptional?: boolean;
  readonly change: (ctx: VerbContext, target: IncidentTarget, body: z.output<B>) => Promise<unknown>;
}

/** POST /incidents/{id}/<verb>: changes the state and answers the incident as it is then. */
function stateRoute<B extends z.ZodType>({ verb, change, ...rest }: StateChange<B>): Route {
  return defineRoute({
    ...rest,
    method: 'POST',
    url: `/api/v1/incidents/:id/${verb}`,
    operationId: `${verb}Incident`,
    tags: ['incidents'],
    access: 'incidents.write',
    idempotent: true,
    params: IncidentParams,
    headers: ChangeHeaders,
    responses: { 200: IncidentItem },
    async handle({ ctx, params, headers, body, reply }) {
      const target = await targetOf(ctx, params.id, headers);
      await change(ctx, target, body as z.output<B>);
      return answerIncident(ctx, target.incidentId, reply);
    },
  });
}

export const stateRoutes: readonly Route[] = [
  stateRoute({
    verb: 'resolve',
    summary: 'End an incident',
    description: 'Who resolved it is who signed in; a `resolved_by` in the body is accepted and ignored.',
    body: ResolveRequest,
    bodyOptional: true,
    change: (ctx, target, { reason }) => resolveIncident(ctx, { ...target, reason }),
  }),
  stateRoute({
    verb: 'reopen',
    summary: 'Bring a resolved incident back',
    body: ReasonRequest,
    bodyOptional: true,
    change: (ctx, target, { reason }) => reopenIncident(ctx, { ...target, reason }),
  }),
  stateRoute({
    verb: 'acknowledge',
    summary: 'Say that one works on it',
    body: ReasonRequest,
    bodyOptional: true,
    change: acknowledgeIncident,
  }),
  stateRoute({
    verb: 'unacknowledge',
    summary: 'Take an acknowledgement back',
    body: ReasonRequest,
    bodyOptional: true,
    change: unacknowledgeIncident,
  }),
  stateRoute({
    verb: 'snooze',
    summary: 'Put an incident to sleep until a moment, or for minutes',
    body: SnoozeRequest,
    change: (ctx, target, { until, minutes, reason }) =>
      snoozeIncident(ctx, { ...target, until: momentOf(ctx, until, minutes), reason }),
  }),
  stateRoute({
    verb: 'unsnooze',
    summary: 'Wake a snoozed incident',
    body: ReasonRequest,
    bodyOptional: true,
    change: unsnoozeIncident,
  }),
  stateRoute({
    verb: 'assign',
    summary: 'Give an incident to a person, or with null to nobody',
    body: AssignRequest,
    change: (ctx, target, { assignee }) =>
      assignIncident(ctx, { ...target, assignee: assignee === 'me' ? ctx.actor.name : assignee }),
  }),
];

function momentOf(ctx: VerbContext, until: string | undefined, minutes: number | undefined): number {
  const at = until === undefined ? ctx.now() + (minutes ?? 0) * MINUTE : parseTime(until);
  if (at !== null) return at;
  throw new AppError('invalid', 'until is no moment', {
    details: { errors: [{ pointer: '/until', detail: 'expected RFC 3339' }] },
  });
}
