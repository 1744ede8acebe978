import type { VerbContext } from '@headwater/engine/context.ts';
import type { IncidentFullView } from '@headwater/engine/ports/store/incident-queries.ts';
import { findIncident } from '@headwater/engine/views/incidents.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { entityTag, expectedVersion, IfMatch } from '../entity-tag.ts';
import { IdempotencyKey } from '../idempotency.ts';
import { presentIncident } from './present.ts';

const Id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected an id');

export const IncidentParams = z.object({
  id: Id.describe('Id of an incident, or its number'),
});

export const EvidenceParams = IncidentParams.extend({ evidenceId: Id });

export const RevisionParams = IncidentParams.extend({ revision: z.coerce.number().int().min(1).max(1_000_000) });

export const CommentParams = IncidentParams.extend({ commentId: Id });

export const AlertParams = z.object({ id: Id });

/** Headers of a POST that changes an incident. */
export const ChangeHeaders = z.object({ 'if-match': IfMatch, 'idempotency-key': IdempotencyKey });

export const OnceHeaders = z.object({ 'idempotency-key': IdempotencyKey });

export const MatchHeaders = z.object({ 'if-match': IfMatch });

/** The incident an address means, as a verb takes it. Verbs know ids only; people say numbers. */
export async function targetOf(ctx: VerbContext, id: string, headers: { readonly 'if-match'?: string | undefined }) {
  const expected = expectedVersion(headers['if-match']);
  const incidentId = /^\d+$/.test(id) ? (await findIncident(ctx, id)).id : id;
  return { incidentId, ...(expected === undefined ? {} : { expectedVersion: expected }) };
}

/** The incident as it is after a verb, with its new entity tag. */
export async function answerIncident(ctx: VerbContext, id: string, reply: FastifyReply) {
  const incident: IncidentFullView = await findIncident(ctx, id);
  reply.header('etag', entityTag(incident.version));
  return presentIncident(incident);
}
