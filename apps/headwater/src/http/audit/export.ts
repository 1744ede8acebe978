import { Readable } from 'node:stream';
import { AuditFilterQuery } from '@headwater/contracts/http/audit.ts';
import { type AuditQuestion, exportAudit } from '@headwater/engine/people/list-audit.ts';
import type { VerbContext } from '@headwater/engine/context.ts';
import { defineRoute, rawResponse } from '../route.ts';
import { presentEntry, questionOf } from './question.ts';

const NDJSON = 'application/x-ndjson';

export const exportAuditRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/audit/export',
  operationId: 'exportAudit',
  summary: 'The audit as JSON lines, newest first',
  tags: ['audit'],
  access: 'audit.read',
  query: AuditFilterQuery,
  responses: { 200: rawResponse(NDJSON, 'One audit entry per line') },
  handle({ ctx, query, reply }) {
    reply.header('content-disposition', 'attachment; filename="headwater-audit.jsonl"');
    return reply.type(NDJSON).send(Readable.from(linesOf(ctx, questionOf(query))));
  },
});

async function* linesOf(ctx: VerbContext, question: AuditQuestion): AsyncGenerator<string> {
  for await (const entries of exportAudit(ctx, question))
    yield entries.map((entry) => `${JSON.stringify(presentEntry(entry))}\n`).join('');
}
