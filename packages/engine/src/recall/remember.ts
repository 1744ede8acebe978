import { RECALL_MODEL } from '@headwater/contracts/http/recall.ts';
import type { VerbContext } from '../context.ts';
import { lockForWriting } from '../incidents/change-incident.ts';
import { audit } from '../people/audit.ts';

/** Keeps a person's summary of an incident for finding it again; it replaces the one before. Returns the document's id. */
export function rememberIncident(
  ctx: VerbContext,
  input: { readonly incidentId: string; readonly summary: string },
): Promise<string> {
  return ctx.store.transaction(async (tx) => {
    const { id, cluster, namespaces } = await lockForWriting(ctx, tx, input.incidentId);
    const documentId = await tx.recall.put({
      id: ctx.newId('emb'),
      incidentId: id,
      model: RECALL_MODEL,
      summary: input.summary,
      createdAt: ctx.now(),
    });
    await audit.append(tx, ctx, {
      action: 'incident.remember',
      targetKind: 'incident',
      targetId: id,
      cluster,
      namespaces,
      after: { documentId, model: RECALL_MODEL, summary: input.summary },
    });
    return documentId;
  });
}
