import { isGraver, rollUpSeverity } from '@headwater/core/incident/severity.ts';
import { snoozeEnd } from '@headwater/core/incident/snooze.ts';
import { titleForCount, titleFromAlerts } from '@headwater/core/incident/title.ts';
import { quietSinceAfter } from '@headwater/core/incident/windows.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { AlertSummary, Incident, NewIncident, RolledUp } from '../ports/store/incidents.ts';
import type { BoardIncident, Joining } from './board.ts';
import { newLead } from './lead.ts';

/** What a batch makes of one incident. */
export interface RollUp {
  readonly incident: BoardIncident;
  readonly row: RolledUp;
  /** Whether its evidence changed: something joined or ended that does not merely flap. */
  readonly diagnose: boolean;
  readonly raisedFrom: string | null;
  readonly snoozeEnded: string | null;
}

/** The row a new incident starts with; its alerts fill the rest in the same transaction. */
export function newIncidentRow(
  incident: BoardIncident,
  { cluster, now }: { readonly cluster: string; readonly now: Millis },
): NewIncident {
  const { joined, namespaces, id } = incident;
  const words = leadWords(newLead(null, joined), joined.length);
  return {
    id,
    cluster,
    namespaces,
    titleBy: 'alerts',
    ...rollUpSeverity(null, severities(joined)),
    ...words,
    startedAt: startOf(joined, now),
    createdAt: now,
  };
}

/** Sums up what the batch brought to an incident, with the counts as the store has them after it. */
export function rollUpIncident(
  incident: BoardIncident,
  counts: AlertSummary | undefined,
  { now, flapping }: { readonly now: Millis; readonly flapping: ReadonlySet<string> },
): RollUp {
  const { stored, joined, ended, refired } = incident;
  const severity = rollUpSeverity(stored, severities(joined));
  const raised = stored !== null && isGraver(stored.severity, severity.severity);
  const changed = [...joined.map(({ episode }) => episode.row), ...ended, ...refired];
  const diagnose = stored === null || changed.some(({ alertId }) => !flapping.has(alertId));
  const { alertCount = 0, firingCount = 0 } = counts ?? {};
  const life = lifeAfter(incident, { firingCount, raised, now });
  return {
    incident,
    diagnose,
    raisedFrom: raised ? stored.severity : null,
    snoozeEnded: stored === null || life.snoozedUntil !== null ? null : snoozeEnd(stored, now, raised),
    row: {
      id: incident.id,
      namespaces: incident.namespaces,
      severity: severity.severity,
      alertCount,
      firingCount,
      ...life,
      ...wordsAfter(incident, alertCount),
      startedAt: Math.min(stored?.startedAt ?? Number.POSITIVE_INFINITY, startOf(joined, stored?.startedAt ?? now)),
      diagnosisState: diagnose ? 'pending' : (stored?.diagnosisState ?? 'pending'),
    },
  };
}

type Life = Pick<
  RolledUp,
  | 'status'
  | 'snoozedUntil'
  | 'acknowledgedAt'
  | 'acknowledgedBy'
  | 'quietSince'
  | 'resolvedAt'
  | 'resolvedBy'
  | 'resolveReason'
  | 'reopened'
>;

const REOPENED = {
  status: 'open',
  snoozedUntil: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  resolveReason: null,
} as const;

function lifeAfter(
  { stored, reopenReason }: BoardIncident,
  { firingCount, raised, now }: { readonly firingCount: number; readonly raised: boolean; readonly now: Millis },
): Life {
  if (stored === null) return { ...REOPENED, reopened: 0, quietSince: quietSinceAfter(firingCount, null, now) };
  if (reopenReason !== null)
    return { ...REOPENED, reopened: stored.reopened + 1, quietSince: quietSinceAfter(firingCount, null, now) };
  const { status, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, resolveReason, reopened } = stored;
  return {
    status,
    acknowledgedAt,
    acknowledgedBy,
    resolvedAt,
    resolvedBy,
    resolveReason,
    reopened,
    snoozedUntil: snoozeEnd(stored, now, raised) === null ? stored.snoozedUntil : null,
    quietSince: status === 'resolved' ? stored.quietSince : quietSinceAfter(firingCount, stored.quietSince, now),
  };
}

function wordsAfter(
  { stored, joined }: BoardIncident,
  alertCount: number,
): Pick<RolledUp, 'title' | 'subject' | 'leadAlertId'> {
  const lead = newLead(stored, joined);
  if (lead === null && stored) return { ...kept(stored), title: retitled(stored, alertCount) };
  const words = leadWords(lead, alertCount);
  if (stored === null || stored.titleBy === 'alerts') return words;
  return { ...words, title: stored.title };
}

function kept({ subject, leadAlertId }: Incident): Pick<RolledUp, 'subject' | 'leadAlertId'> {
  return { subject, leadAlertId };
}

function retitled({ title, titleBy }: Incident, alertCount: number): string {
  return titleBy === 'alerts' ? titleForCount(title, alertCount) : title;
}

function leadWords(lead: Joining | null, alertCount: number): Pick<RolledUp, 'title' | 'subject' | 'leadAlertId'> {
  if (lead === null) return { title: 'Incident without alerts', subject: null, leadAlertId: null };
  const { row, root } = lead.episode;
  const title = titleFromAlerts({ name: row.name, namespace: row.namespace, subject: root }, alertCount);
  return { title, subject: root, leadAlertId: row.alertId };
}

function severities(joined: readonly Joining[]) {
  return joined.map(({ episode }) => episode.row.severity);
}

function startOf(joined: readonly Joining[], otherwise: Millis): Millis {
  const [first] = joined;
  return first
    ? joined.reduce((earliest, { episode }) => Math.min(earliest, episode.row.startsAt), first.episode.row.startsAt)
    : otherwise;
}
