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
  lockForWriting,
  requireAction,
  requireVersion,
} from './change-incident.ts';
import { keyOwner, shareKeys } from './own-keys.ts';
import { referenceFor } from './reference.ts';
import { refreshedByAlerts } from './refresh.ts';

export interface SplitInput extends IncidentTarget {
  /** Alerts that leave for the new incident; at least one must stay. */
  readonly alertIds: readonly string[];
  readonly title?: string | undefined;
  readonly reason?: string | undefined;
}

/** Takes alerts out of an incident into a new one, where later episodes of them go too. Returns both. */
export function splitIncident(
  ctx: VerbContext,
  input: SplitInput,
): Promise<{ readonly incident: Incident; readonly source: Incident }> {
  return ctx.store.transaction(async (tx) => {
    await lockClusterOf(tx, input.incidentId);
    const source = await lockForWriting(ctx, tx, input.incidentId);
    requireVersion(source, input.expectedVersion);
    requireAction(source, 'split');
    await requireMembers(tx, source, input.alertIds);
    const now = ctx.now();
    const id = await openEmpty(ctx, tx, { source, title: input.title, now });
    const reason = `${ctx.actor.name} split it from #${source.number}${input.reason ? `: ${input.reason}` : ''}`;
    await tx.incidents.moveEpisodes({ from: source.id, to: id, alertIds: input.alertIds, by: 'person', reason, now });
    const incident = await settleNew(tx, { id, source, now });
    await shareKeys(tx, keyOwner(source), keyOwner(incident));
    const changes = await refreshedByAlerts(tx, source, now);
    const left = await tx.incidents.update(source.id, changes, now);
    const more = { into: incident.id, alertIds: input.alertIds, reason: input.reason ?? null };
    await auditChange(ctx, tx, { action: 'split', before: source, after: left, changes, more });
    for (const one of [left, incident]) await tx.jobs.send('diagnose', { incidentId: one.id }, { key: one.id });
    await tx.events.append([
      incidentEvent(ctx, left, {
        kind: 'incident.split',
        payload: { into: referenceFor(left, incident), alertIds: input.alertIds, reason: input.reason ?? '' },
      }),
      incidentEvent(ctx, incident, {
        kind: 'incident.opened',
        payload: { splitFrom: referenceFor(incident, left), title: incident.title },
      }),
    ]);
    return { incident, source: left };
  });
}

async function requireMembers(tx: Repositories, source: Incident, alertIds: readonly string[]): Promise<void> {
  const members = new Set((await tx.incidents.members(source.id)).map(({ alertId }) => alertId));
  const chosen = new Set(alertIds);
  if (chosen.size === 0)
    throw new AppError('invalid', 'name at least one alert to split off', { details: { field: 'alertIds' } });
  const stranger = [...chosen].find((id) => !members.has(id));
  if (stranger !== undefined)
    throw new AppError('invalid', `alert ${stranger} is not in incident ${source.id}`, {
      details: { field: 'alertIds' },
    });
  if (chosen.size === members.size)
    throw new AppError('invalid', 'at least one alert must stay in the incident', { details: { field: 'alertIds' } });
}

async function openEmpty(
  ctx: VerbContext,
  tx: Repositories,
  { source, title, now }: { readonly source: Incident; readonly title: string | undefined; readonly now: Millis },
): Promise<string> {
  const id = ctx.newId('inc');
  await tx.incidents.insert([
    {
      id,
      cluster: source.cluster,
      namespaces: source.namespaces,
      title: title ?? source.title,
      titleBy: title === undefined ? 'alerts' : 'person',
      severity: source.severity,
      severityBy: 'alerts',
      subject: source.subject,
      startedAt: source.startedAt,
      createdAt: now,
      leadAlertId: null,
    },
  ]);
  return id;
}

async function settleNew(
  tx: Repositories,
  { id, source, now }: { readonly id: string; readonly source: Incident; readonly now: Millis },
): Promise<Incident> {
  const [made] = await tx.incidents.lock([id]);
  if (!made) throw new AppError('internal', `incident ${id} is gone within its own transaction`);
  const changes: IncidentChanges & { firingCount: number } = await refreshedByAlerts(tx, made, now);
  if (source.status !== 'resolved' || changes.firingCount > 0) return tx.incidents.update(id, changes, now);
  const { resolvedAt, resolvedBy, resolveReason } = source;
  return tx.incidents.update(id, { ...changes, status: 'resolved', resolvedAt, resolvedBy, resolveReason }, now);
}
