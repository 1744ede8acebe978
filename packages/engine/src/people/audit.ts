import type { VerbContext } from '../context.ts';
import type { AuditEntry, AuditRepository } from '../ports/store/audit.ts';

/** What a verb says of its own write; who, when and whence come from its context. Never put a secret in before or after. */
export type AuditedWrite = Pick<AuditEntry, 'action' | 'targetKind' | 'targetId'> &
  Partial<Pick<AuditEntry, 'cluster' | 'namespaces' | 'before' | 'after'>>;

/** Writes the audit row of a write, in the same transaction as the write itself. */
export const audit = {
  append(
    tx: { readonly audit: AuditRepository },
    ctx: Pick<VerbContext, 'actor' | 'now' | 'requestId' | 'remoteAddress'>,
    write: AuditedWrite,
  ): Promise<void> {
    return tx.audit.append({
      at: ctx.now(),
      actorKind: ctx.actor.kind,
      actorId: ctx.actor.id,
      actorName: ctx.actor.name,
      action: write.action,
      targetKind: write.targetKind,
      targetId: write.targetId,
      cluster: write.cluster ?? null,
      namespaces: write.namespaces ?? [],
      before: write.before ?? null,
      after: write.after ?? null,
      requestId: ctx.requestId,
      remoteAddress: ctx.remoteAddress,
    });
  },
};
