import { AppError } from '@headwater/core/errors.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident, IncidentChanges } from '../ports/store/incidents.ts';
import {
  auditChange,
  type IncidentTarget,
  incidentEvent,
  lockClusterOf,
  requireAction,
  requireVersion,
  requireWritable,
} from './change-incident.ts';
import { referenceFor } from './reference.ts';
import { refreshedByAlerts } from './refresh.ts';

export interface MergeInput extends IncidentTarget {
  /** Incidents whose alerts move into the target. */
  readonly sourceIds: readonly string[];
  readonly reason?: string | undefined;
}

/** Merges incidents into one: alerts and keys move, what is left points to the target; `unmergeIncident` undoes it. */
export function mergeIncidents(ctx: VerbContext, input: MergeInput): Promise<Incident> {
  return ctx.store.transaction(async (tx) => {
    await lockClusterOf(tx, input.incidentId);
    const { target, sources } = await lockMerged(ctx, tx, input);
    requireVersion(target, input.expectedVersion);
    requireMergeable(target, sources);
    const now = ctx.now();
    for (const source of sources) await absorb(ctx, tx, { source, target, now });
    if (target.status !== 'resolved') await tx.incidents.openKeys([target.id]);
    const changes: IncidentChanges = { ...(await refreshedByAlerts(tx, target, now)), diagnosisState: 'pending' };
    const after = await tx.incidents.update(target.id, changes, now);
    const merged = sources.map((source) => referenceFor(after, source));
    const more = { merged: sources.map(({ id }) => id), reason: input.reason ?? null };
    await auditChange(ctx, tx, { action: 'merge', before: target, after, changes, more });
    await tx.jobs.send('diagnose', { incidentId: target.id }, { key: target.id });
    await tx.events.append([
      ...sources.map((source) =>
        incidentEvent(ctx, source, { kind: 'incident.merged', payload: { into: referenceFor(source, after) } }),
      ),
      incidentEvent(ctx, after, { kind: 'incident.merged', payload: { merged, reason: input.reason ?? '' } }),
    ]);
    return after;
  });
}

async function lockMerged(
  ctx: VerbContext,
  tx: Repositories,
  { incidentId, sourceIds }: MergeInput,
): Promise<{ target: Incident; sources: readonly Incident[] }> {
  const wanted = [...new Set(sourceIds)];
  if (wanted.length === 0 || wanted.includes(incidentId))
    throw new AppError('invalid', 'name at least one other incident to merge into this one', {
      details: { field: 'sourceIds' },
    });
  const locked = new Map((await tx.incidents.lock([incidentId, ...wanted])).map((one) => [one.id, one]));
  const target = requireWritable(ctx, incidentId, locked.get(incidentId));
  return { target, sources: wanted.map((id) => requireWritable(ctx, id, locked.get(id))) };
}

function requireMergeable(target: Incident, sources: readonly Incident[]): void {
  for (const incident of [target, ...sources]) requireAction(incident, 'merge');
  const stranger = sources.find(({ cluster }) => cluster !== target.cluster);
  if (stranger)
    throw new AppError('invalid', `incident ${stranger.id} is of cluster ${stranger.cluster}, not ${target.cluster}`);
  const open = sources.find(({ status }) => status !== 'resolved');
  // A firing alert inside a resolved incident would be seen by nobody.
  if (target.status === 'resolved' && open)
    throw new AppError('conflict', `incident ${target.id} is resolved and ${open.id} is not; reopen it first`);
}

/** The reason an open incident is resolved by when it is merged; tells an undo that it was open before. */
export function mergedReason(target: Incident): string {
  return `merged into #${target.number}`;
}

async function absorb(
  ctx: VerbContext,
  tx: Repositories,
  { source, target, now }: { readonly source: Incident; readonly target: Incident; readonly now: Millis },
): Promise<void> {
  await tx.incidents.mergeEpisodes(source.id, target.id);
  await tx.incidents.giveKeys(source.id, target.id);
  const closed: IncidentChanges =
    source.status === 'resolved'
      ? {}
      : { status: 'resolved', resolvedAt: now, resolvedBy: ctx.actor.name, resolveReason: mergedReason(target) };
  const changes: IncidentChanges = {
    ...closed,
    mergedInto: target.id,
    snoozedUntil: null,
    alertCount: 0,
    firingCount: 0,
  };
  const after = await tx.incidents.update(source.id, changes, now);
  await auditChange(ctx, tx, { action: 'merge', before: source, after, changes });
}
