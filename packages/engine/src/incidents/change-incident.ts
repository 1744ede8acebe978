import { authorize } from '@headwater/core/access/authorize.ts';
import { AppError } from '@headwater/core/errors.ts';
import { actionAvailability, type IncidentAction } from '@headwater/core/incident/status.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { VerbContext } from '../context.ts';
import { audit } from '../people/audit.ts';
import type { Repositories } from '../ports/store.ts';
import type { NewEvent } from '../ports/store/events.ts';
import type { Incident, IncidentChanges } from '../ports/store/incidents.ts';

/** Which incident, and the version the caller has seen: `precondition` when it is another by now. */
export interface IncidentTarget {
  readonly incidentId: string;
  readonly expectedVersion?: number | undefined;
}

/** What a verb decided to write. */
export interface IncidentChange {
  readonly changes: IncidentChanges;
  readonly event: Pick<NewEvent, 'kind' | 'payload'>;
  /** What only some changes need: keys, episodes, a job. Runs before the incident is written. */
  readonly also?: (tx: Repositories) => Promise<void>;
}

/** Changes one incident: authorize, check, decide, then write with its audit row and event in one transaction. */
export async function changeIncident(
  ctx: VerbContext,
  request: IncidentTarget & { readonly action: IncidentAction; readonly keys?: boolean },
  decide: (incident: Incident, now: Millis) => IncidentChange,
): Promise<Incident> {
  return ctx.store.transaction(async (tx) => {
    if (request.keys) await lockClusterOf(tx, request.incidentId);
    const incident = await lockForWriting(ctx, tx, request.incidentId);
    requireVersion(incident, request.expectedVersion);
    requireAction(incident, request.action);
    const now = ctx.now();
    const { changes, event, also } = decide(incident, now);
    await also?.(tx);
    const after = await tx.incidents.update(incident.id, changes, now);
    await auditChange(ctx, tx, { action: request.action, before: incident, after, changes });
    await tx.events.append([incidentEvent(ctx, after, event)]);
    return after;
  });
}

/** Takes the lock that everyone who changes correlation keys takes first. */
export async function lockClusterOf(tx: Repositories, incidentId: string): Promise<void> {
  const incident = await tx.incidents.get(incidentId);
  if (incident) await tx.incidents.lockCluster(incident.cluster);
}

/** Holds an incident that the actor may write to; `not_found` and `forbidden` as `authorize` says. */
export async function lockForWriting(ctx: VerbContext, tx: Repositories, incidentId: string): Promise<Incident> {
  const [incident] = await tx.incidents.lock([incidentId]);
  return requireWritable(ctx, incidentId, incident);
}

export function requireWritable(ctx: VerbContext, incidentId: string, incident: Incident | undefined): Incident {
  const label = `incident ${incidentId}`;
  if (!incident) throw new AppError('not_found', `no ${label}`);
  authorize(ctx.actor, 'incidents.write', { label, cluster: incident.cluster, namespaces: incident.namespaces });
  return incident;
}

export function requireVersion(incident: Incident, expected: number | undefined): void {
  if (expected === undefined || expected === incident.version) return;
  throw new AppError(
    'precondition',
    `incident ${incident.id} was changed meanwhile: it is at version ${incident.version}, not ${expected}`,
    { details: { version: incident.version, expectedVersion: expected } },
  );
}

/** Throws `conflict` with the reason when the incident's state does not allow the action. */
export function requireAction(incident: Incident, action: IncidentAction): void {
  const { allowed, reason } = actionAvailability(action, incident, { allowed: true, reason: '' });
  if (allowed) return;
  const details = incident.mergedInto === null ? { action } : { action, mergedInto: incident.mergedInto };
  throw new AppError('conflict', `${action} is not possible: ${reason}`, { details });
}

export function incidentEvent(
  ctx: VerbContext,
  incident: Incident,
  event: Pick<NewEvent, 'kind' | 'payload'>,
): NewEvent {
  return {
    at: ctx.now(),
    incidentId: incident.id,
    cluster: incident.cluster,
    namespaces: incident.namespaces,
    actor: ctx.actor.name,
    ...event,
  };
}

/** The audit row of a changed incident; before and after hold only what changed. */
export async function auditChange(
  ctx: VerbContext,
  tx: Repositories,
  write: {
    readonly action: string;
    readonly before: Incident;
    readonly after: Incident;
    readonly changes: IncidentChanges;
    readonly more?: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const fields = (Object.keys(write.changes) as (keyof IncidentChanges)[]).filter(
    (field) => write.changes[field] !== undefined,
  );
  const pick = (incident: Incident) => Object.fromEntries(fields.map((field) => [field, incident[field]]));
  await audit.append(tx, ctx, {
    action: `incident.${write.action}`,
    targetKind: 'incident',
    targetId: write.after.id,
    cluster: write.after.cluster,
    namespaces: write.after.namespaces,
    before: pick(write.before),
    after: { ...pick(write.after), ...write.more },
  });
}
