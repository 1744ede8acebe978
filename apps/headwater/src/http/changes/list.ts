import { type ChangeItem, ChangeListQuery, ChangePage } from '@headwater/contracts/http/change.ts';
import { formatTime, parseTime } from '@headwater/core/time.ts';
import type { ChangeFilter, JournalChange } from '@headwater/engine/ports/store/journal.ts';
import { listChanges } from '@headwater/engine/views/changes.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute, type Route } from '../route.ts';
import { timeOrNull } from '../time-or-null.ts';

const Position = z.object({ at: z.number(), id: z.int() });

export const listChangesRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/changes',
  operationId: 'listChanges',
  summary: 'What changed in the clusters, with differences, newest first',
  description: 'Changes of what belongs to a cluster as a whole are shown to those who may read the whole cluster.',
  tags: ['changes'],
  access: 'incidents.read',
  query: ChangeListQuery,
  responses: { 200: ChangePage },
  async handle({ ctx, query }) {
    const page = { after: readCursor(query.cursor, Position), limit: query.limit };
    const { items, next } = await listChanges(ctx, filterOf(query), page);
    return { items: items.map(presentChange), nextCursor: next && writeCursor(next) };
  },
});

export const changeRoutes: readonly Route[] = [listChangesRoute];

function filterOf(query: ChangeListQuery): Omit<ChangeFilter, 'scope'> {
  return {
    clusters: query.cluster,
    namespaces: query.namespace,
    kinds: query.kind,
    names: query.object,
    acts: query.act,
    byHand: query.byHand,
    from: parseTime(query.from) ?? undefined,
    to: parseTime(query.to) ?? undefined,
  };
}

function presentChange(change: JournalChange): ChangeItem {
  const { cluster, kind, namespace, name } = change;
  return {
    id: String(change.id),
    cluster,
    subject: { cluster, kind, ...(namespace === null ? {} : { namespace }), name },
    act: change.act,
    at: formatTime(change.at),
    noEarlierThan: timeOrNull(change.noEarlierThan),
    observedAt: formatTime(change.observedAt),
    actor: change.actor,
    byHand: change.byHand,
    diff: change.diff.map((field) => ({ ...field })),
  };
}
