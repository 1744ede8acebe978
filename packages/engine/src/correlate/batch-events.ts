import type { Millis } from '@headwater/core/time.ts';
import type { NewEvent } from '../ports/store/events.ts';
import type { WaitingEpisodeRow } from '../ports/store/correlation.ts';
import type { Joining } from './board.ts';
import type { RollUp } from './roll-up.ts';

// One event names so many alerts; a storm is told by its count.
const MOST_NAMED = 20;

export interface EventSource {
  readonly cluster: string;
  readonly now: Millis;
  readonly actor: string;
  readonly flapping: ReadonlySet<string>;
}

/** What readers are told of a batch: one event per incident and kind of change, however many alerts it brought. */
export function batchEvents(
  rollUps: readonly RollUp[],
  numbers: ReadonlyMap<string, number>,
  source: EventSource,
): readonly NewEvent[] {
  return rollUps.flatMap((rollUp) =>
    eventsOf(rollUp, numbers, source.flapping).map(({ kind, payload }) => ({
      at: source.now,
      kind,
      payload,
      incidentId: rollUp.row.id,
      cluster: source.cluster,
      namespaces: rollUp.row.namespaces,
      actor: source.actor,
    })),
  );
}

type Told = Pick<NewEvent, 'kind' | 'payload'>;

function eventsOf(rollUp: RollUp, numbers: ReadonlyMap<string, number>, flapping: ReadonlySet<string>): Told[] {
  const { incident, row, raisedFrom, snoozeEnded } = rollUp;
  const told: Told[] = [];
  const { title, severity, firingCount } = row;
  const joined = namedJoinings(incident.joined, flapping);
  if (incident.stored === null) {
    const number = numbers.get(row.id) ?? null;
    return [{ kind: 'incident.opened', payload: { number, title, severity, ...joined } }];
  }
  if (incident.reopenReason !== null)
    told.push({ kind: 'incident.reopened', payload: { by: 'alert', reason: incident.reopenReason, title, severity } });
  if (incident.joined.length > 0) told.push({ kind: 'incident.alert-joined', payload: joined });
  if (incident.ended.length > 0)
    told.push({ kind: 'incident.alert-resolved', payload: { ...namedAlerts(incident.ended, flapping), firingCount } });
  if (incident.refired.length > 0 && incident.reopenReason === null)
    told.push({
      kind: 'incident.alert-joined',
      payload: { ...namedAlerts(incident.refired, flapping), refired: true },
    });
  if (raisedFrom !== null)
    told.push({ kind: 'incident.severity', payload: { from: raisedFrom, to: severity, by: 'alerts' } });
  if (snoozeEnded !== null) told.push({ kind: 'incident.snoozed', payload: { until: null, reason: snoozeEnded } });
  return told;
}

function namedJoinings(joined: readonly Joining[], flapping: ReadonlySet<string>): Told['payload'] {
  const alerts = joined.slice(0, MOST_NAMED).map(({ episode, rule, reason }) => ({
    ...named(episode.row, flapping),
    rule,
    reason,
  }));
  return { alerts, count: joined.length };
}

function namedAlerts(rows: readonly WaitingEpisodeRow[], flapping: ReadonlySet<string>): Told['payload'] {
  return { alerts: rows.slice(0, MOST_NAMED).map((row) => named(row, flapping)), count: rows.length };
}

function named({ alertId, name, severity }: WaitingEpisodeRow, flapping: ReadonlySet<string>) {
  return { id: alertId, name, severity, ...(flapping.has(alertId) ? { flapping: true } : {}) };
}
