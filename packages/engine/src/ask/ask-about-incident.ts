import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import type { ConversationTurn } from '../ports/store/conversations.ts';
import { findIncident } from '../views/incidents.ts';
import { readableDiagnosis } from '../views/readable-diagnosis.ts';
import { type Answer, answerQuestion } from './answer.ts';

export interface AskInput {
  readonly incidentId: string;
  readonly question: string;
  /** Null begins a conversation. */
  readonly conversationId: string | null;
}

/** Answers a question about an incident out of what the caller may read of its latest diagnosis. A conversation belongs to who began it. */
export async function askAboutIncident(
  ctx: VerbContext,
  { incidentId, question, conversationId }: AskInput,
): Promise<Answer & { readonly conversationId: string }> {
  const incident = await findIncident(ctx, incidentId);
  const newest = await ctx.store.diagnoses.newest(incident.id);
  const answer: Answer = newest
    ? answerQuestion(readableDiagnosis(ctx, incident.cluster, newest).body, question)
    : { text: 'The incident is still being diagnosed; ask again in a moment.', evidence: [] };
  const id = conversationId ?? ctx.newId('cnv');
  const turn = { question, answer: answer.text, evidence: answer.evidence, at: ctx.now() };
  const added = await ctx.store.conversations.add({ id, ownerId: ctx.actor.id, incidentId: incident.id }, turn);
  if (!added) throw new AppError('not_found', `no conversation ${id} of yours about incident ${incidentId}`);
  return { ...answer, conversationId: id };
}

/** What the caller asked so far and was answered; AppError `not_found` for anybody else's conversation. */
export async function readConversation(ctx: VerbContext, id: string): Promise<readonly ConversationTurn[]> {
  const turns = await ctx.store.conversations.turns(id, ctx.actor.id);
  if (!turns) throw new AppError('not_found', `no conversation ${id} of yours`);
  return turns;
}
