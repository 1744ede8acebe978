import { AuditPage, AuditQuery } from '@headwater/contracts/http/audit.ts';
import { listAudit } from '@headwater/engine/people/list-audit.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute } from '../route.ts';
import { presentEntry, questionOf } from './question.ts';

export const listAuditRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/audit',
  operationId: 'listAudit',
  summary: 'Who wrote what, newest first',
  tags: ['audit'],
  access: 'audit.read',
  query: AuditQuery,
  responses: { 200: AuditPage },
  async handle({ ctx, query }) {
    const page = { before: readCursor(query.cursor, z.int()), limit: query.limit };
    const { items, next } = await listAudit(ctx, questionOf(query), page);
    return { items: items.map(presentEntry), nextCursor: next === null ? null : writeCursor(next) };
  },
});
