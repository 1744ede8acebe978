import { ChatAnswer, ChatBody, Conversation } from '@headwater/contracts/http/chat.ts';
import { formatTime } from '@headwater/core/time.ts';
import { askAboutIncident, readConversation } from '@headwater/engine/ask/ask-about-incident.ts';
import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';

const ask = defineRoute({
  method: 'POST',
  url: '/api/v1/chat',
  operationId: 'askAboutIncident',
  summary: 'Ask about an incident; the answer is what its diagnosis says, with the evidence it rests on',
  tags: ['chat'],
  access: 'incidents.read',
  body: ChatBody,
  responses: { 200: ChatAnswer },
  async handle({ ctx, body: { incidentId, message, conversationId } }) {
    const question = { incidentId, question: message, conversationId: conversationId ?? null };
    const { text, evidence, conversationId: id } = await askAboutIncident(ctx, question);
    return { status: 'ok' as const, answer: text, evidence: [...evidence], conversationId: id };
  },
});

const read = defineRoute({
  method: 'GET',
  url: '/api/v1/chat/:id',
  operationId: 'readConversation',
  summary: 'A conversation of the caller; nobody reads another person’s',
  tags: ['chat'],
  access: 'signed-in',
  params: z.object({ id: z.string().max(64) }),
  responses: { 200: Conversation },
  async handle({ ctx, params }) {
    const turns = await readConversation(ctx, params.id);
    return { turns: turns.map((turn) => ({ ...turn, evidence: [...turn.evidence], at: formatTime(turn.at) })) };
  },
});

export const chatRoutes: readonly Route[] = [ask, read];
