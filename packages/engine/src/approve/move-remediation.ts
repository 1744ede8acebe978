import { authorize } from '@headwater/core/access/authorize.ts';
import type { Permission } from '@headwater/core/access/permissions.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Decision, RemediationStatus } from '@headwater/core/remediation/decide.ts';
import { placeOfTarget } from '@headwater/core/remediation/plan.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { RemediationRow } from '../ports/store/remediations.ts';

export interface Move {
  readonly id: string;
  readonly permission: Permission;
  readonly to: RemediationStatus;
  readonly action: string;
  readonly outcome?: string;
  readonly decide: (row: RemediationRow) => Decision;
}

/** What an event says of a plan; the namespace lets its words be withheld from whoever may not read there. */
export function remediationPayload({ id, status, plan }: RemediationRow): Readonly<Record<string, unknown>> {
  return { remediationId: id, status, statement: plan.statement, targetNamespace: plan.target.namespace ?? null };
}

/**
 * One step of a remediation: authorised, decided, written with its audit row and its event in one transaction. Of two callers who decide at the
 * same time one moves it, the other gets AppError `conflict`.
 */
export async function moveRemediation(ctx: VerbContext, move: Move): Promise<RemediationRow> {
  const row = await ctx.store.remediations.get(move.id);
  const incident = row && (await ctx.store.incidents.get(row.incidentId));
  if (!row || !incident) throw new AppError('not_found', `no remediation ${move.id}`);
  const label = `remediation ${move.id}`;
  for (const place of [incident, placeOfTarget(row.plan.target)])
    authorize(ctx.actor, move.permission, { cluster: place.cluster, namespaces: place.namespaces, label });
  const { allowed, reason } = move.decide(row);
  if (!allowed) throw new AppError('conflict', `this cannot be done: ${reason}`, { details: { status: row.status } });
  const { kind, id, name } = ctx.actor;
  const { cluster, namespaces } = incident;
  await ctx.store.transaction(async (tx) => {
    const step = { from: row.status, to: move.to, by: { kind, id, name }, now: ctx.now() };
    const moved = await tx.remediations.move(row.id, { ...step, ...(move.outcome ? { outcome: move.outcome } : {}) });
    if (!moved) throw new AppError('conflict', 'somebody else was faster; look at it again');
    await audit.append(tx, ctx, {
      action: move.action,
      targetKind: 'remediation',
      targetId: row.id,
      cluster,
      namespaces,
      before: { status: row.status },
      after: { status: move.to, planHash: row.planHash, reason },
    });
    await tx.events.append([
      {
        at: ctx.now(),
        kind: 'incident.remediation',
        incidentId: incident.id,
        cluster,
        namespaces,
        actor: name,
        payload: remediationPayload({ ...row, status: move.to }),
      },
    ]);
  });
  return (await ctx.store.remediations.get(row.id)) ?? row;
}
