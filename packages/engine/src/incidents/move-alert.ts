import { AppError } from '@headwater/core/errors.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident, IncidentChanges } from '../ports/store/incidents.ts';
import { auditChange, incidentEvent, requireAction, requireVersion, requireWritable } from './change-incident.ts';
import { keyOwner, shareKeys } from './own-keys.ts';
import { referenceFor } from './reference.ts';
import { refreshedByAlerts } from './refresh.ts';

export interface MoveAlertInput {
  readonly alertId: string;
  /** Where the alert goes; `expectedVersion` is of this incident. */
  readonly toIncidentId: string;
  /** Where it is taken from; without, the incident of its newest episode. */
  readonly fromIncidentId?: string | undefined;
  readonly expectedVersion?: number | undefined;
  readonly reason?: string | undefined;
}

/** Moves an alert with its episodes to another incident, where later episodes of it go too. Returns both. */
export function moveAlert(
  ctx: VerbContext,
  input: MoveAlertInput,
): Promise<{ readonly incident: Incident; readonly source: Incident }> {
  return ctx.store.transaction(async (tx) => {
    const fromId = input.fromIncidentId ?? (await tx.incidents.incidentOfAlert(input.alertId));
    if (fromId === null) throw new AppError('not_found', `alert ${input.alertId} is in no incident`);
    const { source, target } = await lockBoth(ctx, tx, { fromId, toId: input.toIncidentId });
    requireVersion(target, input.expectedVersion);
    requireMovable(source, target);
    const now = ctx.now();
    const reason = `${ctx.actor.name} moved it from #${source.number}${input.reason ? `: ${input.reason}` : ''}`;
    const { alertId } = input;
    const move = { from: source.id, to: target.id, alertIds: [alertId], by: 'person', reason, now };
    if ((await tx.incidents.moveEpisodes(move)) === 0)
      throw new AppError('not_found', `alert ${alertId} is not in incident ${source.id}`);
    const left = await leave(ctx, tx, { source, target, now });
    const changes: IncidentChanges = { ...(await refreshedByAlerts(tx, target, now)), diagnosisState: 'pending' };
    const after = await tx.incidents.update(target.id, changes, now);
    await shareKeys(tx, keyOwner(left), keyOwner(after));
    const more = { alertId, from: source.id, reason: input.reason ?? null };
    await auditChange(ctx, tx, { action: 'moveAlert', before: target, after, changes, more });
    for (const one of [left, after]) await tx.jobs.send('diagnose', { incidentId: one.id }, { key: one.id });
    const name = (await tx.incidents.members(after.id)).find((member) => member.alertId === alertId)?.name;
    await tx.events.append([
      incidentEvent(ctx, left, {
        kind: 'incident.alert-left',
        payload: { alertId, to: referenceFor(left, after), name },
      }),
      incidentEvent(ctx, after, {
        kind: 'incident.alert-joined',
        payload: { alerts: [{ id: alertId, name, reason }], count: 1, from: referenceFor(after, left) },
      }),
    ]);
    return { incident: after, source: left };
  });
}

async function lockBoth(
  ctx: VerbContext,
  tx: Repositories,
  { fromId, toId }: { readonly fromId: string; readonly toId: string },
): Promise<{ source: Incident; target: Incident }> {
  const before = await tx.incidents.get(fromId);
  if (before) await tx.incidents.lockCluster(before.cluster);
  const locked = new Map((await tx.incidents.lock([fromId, toId])).map((one) => [one.id, one]));
  return {
    source: requireWritable(ctx, fromId, locked.get(fromId)),
    target: requireWritable(ctx, toId, locked.get(toId)),
  };
}

function requireMovable(source: Incident, target: Incident): void {
  if (source.id === target.id) throw new AppError('conflict', `the alert is in incident ${target.id} already`);
  requireAction(source, 'moveAlert');
  requireAction(target, 'merge');
  if (source.cluster !== target.cluster)
    throw new AppError(
      'invalid',
      `incident ${target.id} is of cluster ${target.cluster}, the alert of ${source.cluster}`,
    );
  if (target.status === 'resolved' && source.status !== 'resolved')
    throw new AppError('conflict', `incident ${target.id} is resolved; reopen it first`);
}

async function leave(
  ctx: VerbContext,
  tx: Repositories,
  { source, target, now }: { readonly source: Incident; readonly target: Incident; readonly now: Millis },
): Promise<Incident> {
  const refreshed = await refreshedByAlerts(tx, source, now);
  if (refreshed.alertCount > 0 || source.status === 'resolved') return tx.incidents.update(source.id, refreshed, now);
  const resolveReason = `its last alert was moved to #${target.number}`;
  const ended: IncidentChanges = { status: 'resolved', resolvedAt: now, resolvedBy: ctx.actor.name, resolveReason };
  return tx.incidents.update(source.id, { ...refreshed, ...ended }, now);
}
