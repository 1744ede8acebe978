import { z } from 'zod';
import { bodyWithAliases, PersonRef, pageOf, Time } from './common.ts';

export const TARGET_KINDS = ['incident', 'alert'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

export const Comment = z
  .object({
    id: z.string(),
    targetKind: z.enum(TARGET_KINDS),
    targetId: z.string(),
    author: PersonRef,
    body: z.string().describe('Markdown'),
    createdAt: Time,
    editedAt: Time.nullable(),
    mine: z.boolean(),
  })
  .meta({ id: 'Comment' });
export type Comment = z.infer<typeof Comment>;

export const CommentPage = pageOf(Comment);

export const CommentRequest = bodyWithAliases(z.strictObject({ body: z.string().trim().min(1).max(10_000) }));

export const VOTES = ['up', 'down', 'none'] as const;

export const VoteRequest = bodyWithAliases(z.strictObject({ vote: z.enum(VOTES) }), { vote_type: 'vote' });

/** What people think of the diagnosis, and what they said. */
export const Feedback = z
  .object({
    targetKind: z.enum(TARGET_KINDS),
    targetId: z.string(),
    upVotes: z.number().int(),
    downVotes: z.number().int(),
    myVote: z.enum(VOTES),
    comments: z.array(Comment),
  })
  .meta({ id: 'Feedback' });
export type Feedback = z.infer<typeof Feedback>;
