import { authorize } from '@headwater/core/access/authorize.ts';
import type { Permission } from '@headwater/core/access/permissions.ts';
import { allows } from '@headwater/core/access/permissions.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { Repositories } from '../ports/store.ts';
import type { CommentRow, CommentTarget, VoteCounts } from '../ports/store/comments.ts';
import { placeOfAlert } from '../views/alerts.ts';
import { type PageOf, pageOf } from '../views/page.ts';

interface Place {
  readonly cluster: string;
  readonly namespaces: readonly string[];
}

/** Where the target of a comment is, once the actor may do this to it; the target is then named by its id. */
async function authorizedTarget(
  ctx: VerbContext,
  tx: Repositories,
  permission: Permission,
  target: CommentTarget,
): Promise<{ readonly target: CommentTarget; readonly place: Place }> {
  const label = `${target.kind} ${target.id}`;
  const found = await findTarget(tx, target);
  if (!found) throw new AppError('not_found', `no ${label}`);
  authorize(ctx.actor, permission, { label, ...found.place });
  return { target: { kind: target.kind, id: found.id }, place: found.place };
}

interface FoundTarget {
  readonly id: string;
  readonly place: Place;
}

async function findTarget(tx: Repositories, { kind, id }: CommentTarget): Promise<FoundTarget | null> {
  if (kind === 'alert') {
    const alert = await tx.alertQueries.find(id);
    return alert && { id: alert.id, place: placeOfAlert(alert) };
  }
  const incident = await tx.incidentQueries.find(id);
  return incident && { id: incident.id, place: { cluster: incident.cluster, namespaces: incident.namespaces } };
}

/** Comments on an incident or alert, the oldest first. */
export async function listComments(
  ctx: VerbContext,
  named: CommentTarget,
  page: { readonly after: string | null; readonly limit: number },
): Promise<PageOf<CommentRow, string>> {
  const { target } = await authorizedTarget(ctx, ctx.store, 'incidents.read', named);
  const rows = await ctx.store.comments.list(target, { ...page, limit: page.limit + 1 });
  return pageOf(rows, page.limit, ({ id }) => id);
}

export function addComment(ctx: VerbContext, named: CommentTarget, body: string): Promise<CommentRow> {
  return ctx.store.transaction(async (tx) => {
    const { target, place } = await authorizedTarget(ctx, tx, 'incidents.write', named);
    const { id: authorId, name: authorName } = ctx.actor;
    const row = { id: ctx.newId('cmt'), target, authorId, authorName, body, createdAt: ctx.now(), editedAt: null };
    await tx.comments.insert(row);
    await auditComment(ctx, tx, { action: 'add', row, place, after: { body } });
    await tellTimeline(ctx, tx, { row, place, payload: { commentId: row.id, excerpt: excerptOf(body) } });
    return row;
  });
}

/** Rewrites a comment; only who wrote it may. */
export function editComment(
  ctx: VerbContext,
  named: CommentTarget,
  input: { readonly commentId: string; readonly body: string },
): Promise<CommentRow> {
  return ctx.store.transaction(async (tx) => {
    const { row, place } = await heldComment(ctx, tx, named, input.commentId);
    if (row.authorId !== ctx.actor.id) throw new AppError('forbidden', 'only who wrote a comment may change it');
    const editedAt = ctx.now();
    await tx.comments.edit(row.id, input.body, editedAt);
    await auditComment(ctx, tx, {
      action: 'edit',
      row,
      place,
      before: { body: row.body },
      after: { body: input.body },
    });
    await tellTimeline(ctx, tx, {
      row,
      place,
      payload: { commentId: row.id, excerpt: excerptOf(input.body), edited: true },
    });
    return { ...row, body: input.body, editedAt };
  });
}

/** Takes a comment away; who wrote it may, and an administrator of the place. */
export function removeComment(ctx: VerbContext, named: CommentTarget, commentId: string): Promise<void> {
  return ctx.store.transaction(async (tx) => {
    const { row, place } = await heldComment(ctx, tx, named, commentId);
    if (row.authorId !== ctx.actor.id && !allows(ctx.actor, 'audit.read', place).allowed)
      throw new AppError('forbidden', 'only who wrote a comment, or an administrator, may delete it');
    await tx.comments.remove(row.id, ctx.now());
    await auditComment(ctx, tx, { action: 'delete', row, place, before: { body: row.body } });
    await tellTimeline(ctx, tx, { row, place, payload: { commentId: row.id, deleted: true } });
  });
}

async function heldComment(
  ctx: VerbContext,
  tx: Repositories,
  named: CommentTarget,
  commentId: string,
): Promise<{ row: CommentRow; place: Place }> {
  const { target, place } = await authorizedTarget(ctx, tx, 'incidents.write', named);
  const row = await tx.comments.lock(commentId);
  // A comment is reached through its own target only: elsewhere it does not exist.
  if (!row || row.target.kind !== target.kind || row.target.id !== target.id)
    throw new AppError('not_found', `no comment ${commentId} on ${target.kind} ${named.id}`);
  return { row, place };
}

export interface FeedbackView extends VoteCounts {
  readonly target: CommentTarget;
  readonly comments: readonly CommentRow[];
}

const FEEDBACK_COMMENTS = 200;

/** Votes and the first 200 comments at once. */
export async function feedbackOn(ctx: VerbContext, named: CommentTarget): Promise<FeedbackView> {
  const { target } = await authorizedTarget(ctx, ctx.store, 'incidents.read', named);
  return readFeedback(ctx, ctx.store, target);
}

/** Sets or takes back the actor's vote. Returns what everybody thinks now. */
export function vote(ctx: VerbContext, named: CommentTarget, value: 'up' | 'down' | null): Promise<FeedbackView> {
  return ctx.store.transaction(async (tx) => {
    const { target, place } = await authorizedTarget(ctx, tx, 'incidents.write', named);
    const before = await tx.comments.vote(target, { userId: ctx.actor.id, value, at: ctx.now() });
    if (before !== value)
      await audit.append(tx, ctx, {
        action: `${target.kind}.vote`,
        targetKind: target.kind,
        targetId: target.id,
        ...place,
        before: { vote: before },
        after: { vote: value },
      });
    return readFeedback(ctx, tx, target);
  });
}

async function readFeedback(ctx: VerbContext, tx: Repositories, target: CommentTarget): Promise<FeedbackView> {
  const counts = await tx.comments.votes(target, ctx.actor.id);
  const comments = await tx.comments.list(target, { after: null, limit: FEEDBACK_COMMENTS });
  return { ...counts, target, comments };
}

async function auditComment(
  ctx: VerbContext,
  tx: Repositories,
  write: {
    readonly action: 'add' | 'edit' | 'delete';
    readonly row: CommentRow;
    readonly place: Place;
    readonly before?: unknown;
    readonly after?: object;
  },
): Promise<void> {
  const { row, place, before, after } = write;
  await audit.append(tx, ctx, {
    action: `comment.${write.action}`,
    targetKind: 'comment',
    targetId: row.id,
    ...place,
    before: before ?? null,
    after: { ...after, on: row.target },
  });
}

// Events belong to incidents; what is said of an alert is read at the alert.
async function tellTimeline(
  ctx: VerbContext,
  tx: Repositories,
  {
    row,
    place,
    payload,
  }: { readonly row: CommentRow; readonly place: Place; readonly payload: Record<string, unknown> },
): Promise<void> {
  if (row.target.kind !== 'incident') return;
  const { cluster, namespaces } = place;
  await tx.events.append([
    {
      at: ctx.now(),
      kind: 'incident.commented',
      incidentId: row.target.id,
      cluster,
      namespaces,
      actor: ctx.actor.name,
      payload,
    },
  ]);
}

function excerptOf(body: string): string {
  return body.length > 200 ? `${body.slice(0, 199)}…` : body;
}
