import { AppError } from '@headwater/core/errors.ts';
import { quietSinceAfter } from '@headwater/core/incident/windows.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import type { Repositories } from '../ports/store.ts';
import type { Incident, IncidentChanges } from '../ports/store/incidents.ts';
import {
  auditChange,
  type IncidentTarget,
  incidentEvent,
  lockClusterOf,
  requireVersion,
  requireWritable,
} from './change-incident.ts';
import { mergedReason } from './merge.ts';
import { keyOwner, shareKeys } from './own-keys.ts';
import { referenceFor } from './reference.ts';
import { refreshedByAlerts } from './refresh.ts';

/** Undoes a merge: the alerts that came from `sourceId` go back to it. Returns the restored incident. */
export function unmergeIncident(
  ctx: VerbContext,
  input: IncidentTarget & { readonly sourceId: string },
): Promise<Incident> {
  return ctx.store.transaction(async (tx) => {
    await lockClusterOf(tx, input.incidentId);
    const locked = new Map((await tx.incidents.lock([input.incidentId, input.sourceId])).map((one) => [one.id, one]));
    const target = requireWritable(ctx, input.incidentId, locked.get(input.incidentId));
    const source = requireWritable(ctx, input.sourceId, locked.get(input.sourceId));
    requireVersion(target, input.expectedVersion);
    if (source.mergedInto !== target.id)
      throw new AppError('conflict', `incident ${source.id} is not merged into ${target.id}`);
    const now = ctx.now();
    await tx.incidents.unmergeEpisodes(source.id, target.id);
    const restored = await restore(tx, { source, target, now });
    const left = await tx.incidents.update(target.id, await refreshedByAlerts(tx, target, now), now);
    const after = await tx.incidents.update(source.id, restored, now);
    await auditChange(ctx, tx, {
      action: 'unmerge',
      before: source,
      after,
      changes: restored,
      more: { from: target.id },
    });
    for (const { id } of [left, after]) await tx.jobs.send('diagnose', { incidentId: id }, { key: id });
    await tx.events.append([
      incidentEvent(ctx, left, {
        kind: 'incident.split',
        payload: { unmerged: referenceFor(left, after) },
      }),
      incidentEvent(ctx, after, {
        kind: 'incident.split',
        payload: { unmergedFrom: referenceFor(after, left) },
      }),
    ]);
    return after;
  });
}

async function restore(
  tx: Repositories,
  { source, target, now }: { readonly source: Incident; readonly target: Incident; readonly now: Millis },
): Promise<IncidentChanges> {
  const wasOpen = source.resolveReason === mergedReason(target);
  const status = wasOpen ? (source.acknowledgedAt === null ? 'open' : 'acknowledged') : 'resolved';
  await shareKeys(tx, keyOwner(target), { ...keyOwner(source), open: wasOpen });
  const refreshed = await refreshedByAlerts(tx, { ...source, status }, now);
  const opened: IncidentChanges = {
    status,
    resolvedAt: null,
    resolvedBy: null,
    resolveReason: null,
    quietSince: quietSinceAfter(refreshed.firingCount, null, now),
  };
  return { ...refreshed, mergedInto: null, diagnosisState: 'pending', ...(wasOpen ? opened : {}) };
}
