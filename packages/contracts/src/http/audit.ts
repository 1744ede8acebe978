import { z } from 'zod';
import { PageQuery, pageOf, Time } from './common.ts';

/** One write: who, what, before and after. */
export const AuditEntry = z.object({
  id: z.int(),
  at: Time,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string() }),
  cluster: z.string().nullable(),
  namespaces: z.array(z.string()),
  before: z.unknown(),
  after: z.unknown(),
  requestId: z.string().nullable(),
  remoteAddress: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = pageOf(AuditEntry);

/** What the audit is narrowed to; everything given must hold. */
export const AuditFilterQuery = z.object({
  actor: z.string().max(64).optional().describe('Id of a user or token'),
  action: z.string().max(100).optional().describe('Such as incident.acknowledge'),
  targetKind: z.string().max(50).optional(),
  target: z.string().max(100).optional().describe('Id of what was written'),
  from: Time.optional(),
  to: Time.optional().describe('Exclusive'),
});

export const AuditQuery = AuditFilterQuery.extend(PageQuery.shape);
