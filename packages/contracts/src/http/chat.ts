import { z } from 'zod';
import { bodyWithAliases, plain, Time } from './common.ts';

const Question = z.object({
  incidentId: z.string().min(1).max(64),
  message: plain(4_000).min(1),
  conversationId: z.string().min(1).max(64).optional().describe('Goes on with a conversation of the caller'),
});

/** kube-rca spells the names with underscores. */
export const ChatBody = bodyWithAliases(Question, { incident_id: 'incidentId', conversation_id: 'conversationId' });

/** An answer out of the incident's diagnosis, and the evidence it rests on. */
export const ChatAnswer = z
  .object({ status: z.literal('ok'), answer: z.string(), evidence: z.array(z.string()), conversationId: z.string() })
  .meta({ id: 'ChatAnswer' });

export const Conversation = z.object({
  turns: z.array(z.object({ question: z.string(), answer: z.string(), evidence: z.array(z.string()), at: Time })),
});
