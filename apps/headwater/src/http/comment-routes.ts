import {
  Comment,
  CommentPage,
  CommentRequest,
  Feedback,
  type TargetKind,
  VoteRequest,
} from '@headwater/contracts/http/comment.ts';
import { PageQuery } from '@headwater/contracts/http/common.ts';
import { formatTime } from '@headwater/core/time.ts';
import {
  addComment,
  editComment,
  type FeedbackView,
  feedbackOn,
  listComments,
  removeComment,
  vote,
} from '@headwater/engine/comments/comments.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import type { CommentRow } from '@headwater/engine/ports/store/comments.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from './cursor.ts';
import { CommentParams, IncidentParams, OnceHeaders } from './incidents/inputs.ts';
import { defineRoute, rawResponse, type Route } from './route.ts';
import { timeOrNull } from './time-or-null.ts';

const WRITTEN = { tags: ['comments'], access: 'incidents.write' } as const;
const READ = { method: 'GET', tags: ['comments'], access: 'incidents.read', params: IncidentParams } as const;

/** Comments and votes of incidents or of alerts: the same routes below both. */
export function commentRoutes(kind: TargetKind): readonly Route[] {
  const base = `/api/v1/${kind}s/:id`;
  const name = kind === 'incident' ? 'Incident' : 'Alert';
  return [...readingRoutes(kind, base, name), ...writingRoutes(kind, base, name), voteRoute(kind, base, name)];
}

function readingRoutes(kind: TargetKind, base: string, name: string): readonly Route[] {
  return [
    defineRoute({
      ...READ,
      url: `${base}/comments`,
      operationId: `list${name}Comments`,
      summary: `Comments on an ${kind}, oldest first`,
      query: PageQuery,
      responses: { 200: CommentPage },
      async handle({ ctx, params: { id }, query: { limit, cursor } }) {
        const after = readCursor(cursor, z.string().max(64));
        const { items, next } = await listComments(ctx, { kind, id }, { limit, after });
        return { items: items.map((row) => presentComment(ctx, row)), nextCursor: next && writeCursor(next) };
      },
    }),
    defineRoute({
      ...READ,
      url: `${base}/feedback`,
      operationId: `get${name}Feedback`,
      summary: `Votes and comments on an ${kind}`,
      responses: { 200: Feedback },
      handle: async ({ ctx, params: { id } }) => presentFeedback(ctx, await feedbackOn(ctx, { kind, id })),
    }),
  ];
}

function writingRoutes(kind: TargetKind, base: string, name: string): readonly Route[] {
  return [
    defineRoute({
      ...WRITTEN,
      method: 'POST',
      url: `${base}/comments`,
      operationId: `add${name}Comment`,
      summary: `Comment on an ${kind}`,
      idempotent: true,
      params: IncidentParams,
      headers: OnceHeaders,
      body: CommentRequest,
      responses: { 201: Comment },
      handle: async ({ ctx, params: { id }, body }) =>
        presentComment(ctx, await addComment(ctx, { kind, id }, body.body)),
    }),
    defineRoute({
      ...WRITTEN,
      method: 'PUT',
      url: `${base}/comments/:commentId`,
      operationId: `edit${name}Comment`,
      summary: 'Rewrite one of your comments',
      params: CommentParams,
      body: CommentRequest,
      responses: { 200: Comment },
      handle: async ({ ctx, params: { id, commentId }, body }) =>
        presentComment(ctx, await editComment(ctx, { kind, id }, { commentId, body: body.body })),
    }),
    defineRoute({
      ...WRITTEN,
      method: 'DELETE',
      url: `${base}/comments/:commentId`,
      operationId: `delete${name}Comment`,
      summary: 'Delete a comment: one of yours, or as an administrator any',
      params: CommentParams,
      responses: { 204: rawResponse('', 'It is deleted') },
      async handle({ ctx, params: { id, commentId } }) {
        await removeComment(ctx, { kind, id }, commentId);
        return undefined;
      },
    }),
  ];
}

function voteRoute(kind: TargetKind, base: string, name: string): Route {
  return defineRoute({
    ...WRITTEN,
    method: 'POST',
    url: `${base}/vote`,
    operationId: `voteOn${name}`,
    summary: 'Say whether the diagnosis helped; `none` takes it back',
    params: IncidentParams,
    body: VoteRequest,
    responses: { 200: Feedback },
    async handle({ ctx, params: { id }, body }) {
      const value = body.vote === 'none' ? null : body.vote;
      return presentFeedback(ctx, await vote(ctx, { kind, id }, value));
    },
  });
}

function presentComment({ actor }: VerbContext, row: CommentRow): Comment {
  return {
    id: row.id,
    targetKind: row.target.kind,
    targetId: row.target.id,
    author: { id: row.authorId, name: row.authorName },
    body: row.body,
    createdAt: formatTime(row.createdAt),
    editedAt: timeOrNull(row.editedAt),
    mine: row.authorId === actor.id,
  };
}

function presentFeedback(ctx: VerbContext, { target, up, down, mine, comments }: FeedbackView): Feedback {
  return {
    targetKind: target.kind,
    targetId: target.id,
    upVotes: up,
    downVotes: down,
    myVote: mine ?? 'none',
    comments: comments.map((row) => presentComment(ctx, row)),
  };
}
