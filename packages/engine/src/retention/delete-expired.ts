import { type RetentionPeriods, retentionCutoffs } from '@headwater/core/retention/policy.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { VerbContext } from '../context.ts';

export const RETENTION_KINDS = ['incidents', 'episodes', 'alerts', 'events', 'audit', 'versions', 'contents'] as const;

export type RetentionKind = (typeof RETENTION_KINDS)[number];

export interface DeletedRows extends Readonly<Record<RetentionKind, number>> {
  /** Whether more is left that may go: call again. */
  readonly more: boolean;
}

/** Small enough that a delete of incidents with their evidence stays well under a second. */
const BATCH = 200;
/** Versions have nothing that hangs on them. */
const VERSIONS = 2_000;

/** Deletes one batch of each kind that is past its time; any number of processes may do it at once. */
export async function deleteExpired(ctx: VerbContext, periods: RetentionPeriods): Promise<DeletedRows> {
  if (ctx.actor.kind !== 'system')
    throw new AppError('forbidden', 'only Headwater itself deletes what is past its time');
  const { retention, sessions, users, idempotency, journal } = ctx.store;
  const before = retentionCutoffs(periods, ctx.now());
  const incidents = before.incidents === null ? 0 : await retention.deleteIncidents(before.incidents, BATCH);
  const episodes = before.incidents === null ? 0 : await retention.deleteEpisodes(before.incidents, BATCH);
  // After the episodes: an alert goes when its last one has.
  const alerts = before.incidents === null ? 0 : await retention.deleteAlerts(before.incidents, BATCH);
  const events = before.events === null ? 0 : await retention.deleteEvents(before.events, BATCH);
  const audit = before.audit === null ? 0 : await retention.deleteAudit(before.audit, BATCH);
  const old = before.journal === null ? 0 : await journal.deleteOld(before.journal, VERSIONS);
  const excess = await journal.deleteExcess(periods.journalVersions, VERSIONS);
  // After the versions: a content goes when nothing refers to it.
  const contents = await journal.deleteUnused(before.journalContents, VERSIONS);
  await sessions.forget(before.sessions);
  await users.forgetThrottles(before.sessions);
  await idempotency.forget(before.answers);
  const more =
    [incidents, episodes, alerts, events, audit].includes(BATCH) ||
    [old, excess, contents].some((count) => count >= VERSIONS);
  return { incidents, episodes, alerts, events, audit, versions: old + excess, contents, more };
}
