import type { AuditEntry, AuditFilterQuery } from '@headwater/contracts/http/audit.ts';
import { formatTime, parseTime } from '@headwater/core/time.ts';
import type { AuditQuestion } from '@headwater/engine/people/list-audit.ts';
import type { AuditEntry as StoredEntry } from '@headwater/engine/ports/store/audit.ts';
import type { z } from 'zod';

/** What a query narrows the audit to. */
export function questionOf(query: z.output<typeof AuditFilterQuery>): AuditQuestion {
  return {
    actorId: query.actor,
    action: query.action,
    targetKind: query.targetKind,
    targetId: query.target,
    from: parseTime(query.from) ?? undefined,
    to: parseTime(query.to) ?? undefined,
  };
}

/** A row of the audit as the API answers it. */
export function presentEntry(entry: StoredEntry): AuditEntry {
  return {
    id: entry.id,
    at: formatTime(entry.at),
    actor: { kind: entry.actorKind, id: entry.actorId, name: entry.actorName },
    action: entry.action,
    target: { kind: entry.targetKind, id: entry.targetId },
    cluster: entry.cluster,
    namespaces: [...entry.namespaces],
    before: entry.before,
    after: entry.after,
    requestId: entry.requestId,
    remoteAddress: entry.remoteAddress,
  };
}
