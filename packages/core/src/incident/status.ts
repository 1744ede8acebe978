import type { Millis } from '../time.ts';

/** Where an incident is in its life. Snoozed is no status: a snoozed incident keeps the one it has. */
export const INCIDENT_STATUSES = ['open', 'acknowledged', 'resolved'] as const;

export type IncidentStatus = (typeof INCIDENT_STATUSES)[number];

/** What a person can do to an incident. */
export const INCIDENT_ACTIONS = [
  'acknowledge',
  'unacknowledge',
  'snooze',
  'unsnooze',
  'assign',
  'resolve',
  'reopen',
  'edit',
  'hide',
  'unhide',
  'merge',
  'split',
  'moveAlert',
  'comment',
  'diagnose',
] as const;

export type IncidentAction = (typeof INCIDENT_ACTIONS)[number];

/** What decides which actions an incident offers. */
export interface IncidentState {
  readonly status: IncidentStatus;
  readonly snoozedUntil: Millis | null;
  readonly hidden: boolean;
  /** The incident this one was merged into; it is then only a pointer. */
  readonly mergedInto: string | null;
  readonly alertCount: number;
}

/** Whether something may be done now, and why (not) in words a person may read. */
export interface Availability {
  readonly allowed: boolean;
  readonly reason: string;
}

type Refusal = (state: IncidentState) => string | null;

const unlessResolved: Refusal = ({ status }) => (status === 'resolved' ? 'the incident is resolved' : null);

// null permits; the words answer "why not".
const REFUSALS: Readonly<Record<IncidentAction, Refusal>> = {
  acknowledge: ({ status }) =>
    ({ open: null, acknowledged: 'the incident is acknowledged already', resolved: 'the incident is resolved' })[
      status
    ],
  unacknowledge: ({ status }) => (status === 'acknowledged' ? null : 'the incident is not acknowledged'),
  snooze: unlessResolved,
  unsnooze: ({ snoozedUntil }) => (snoozedUntil === null ? 'the incident is not snoozed' : null),
  assign: () => null,
  resolve: ({ status }) => (status === 'resolved' ? 'the incident is resolved already' : null),
  reopen: ({ status }) => (status === 'resolved' ? null : 'the incident is not resolved'),
  edit: () => null,
  hide: ({ hidden }) => (hidden ? 'the incident is hidden already' : null),
  unhide: ({ hidden }) => (hidden ? null : 'the incident is not hidden'),
  merge: () => null,
  split: ({ alertCount }) => (alertCount < 2 ? 'the incident has fewer than two alerts' : null),
  moveAlert: ({ alertCount }) => (alertCount === 0 ? 'the incident has no alerts' : null),
  comment: () => null,
  diagnose: () => null,
};

/** Whether one action is possible in a state, given whether the actor is permitted to write incidents there. */
export function actionAvailability(
  action: IncidentAction,
  state: IncidentState,
  permission: Availability,
): Availability {
  if (!permission.allowed) return permission;
  if (state.mergedInto !== null) return { allowed: false, reason: `the incident was merged into ${state.mergedInto}` };
  const refusal = REFUSALS[action](state);
  return refusal === null ? { allowed: true, reason: permission.reason } : { allowed: false, reason: refusal };
}

/** The availability of every action at once, as the API serves it and the page draws it. */
export function incidentAvailability(
  state: IncidentState,
  permission: Availability,
): Readonly<Record<IncidentAction, Availability>> {
  const entries = INCIDENT_ACTIONS.map((action) => [action, actionAvailability(action, state, permission)] as const);
  return Object.fromEntries(entries) as Record<IncidentAction, Availability>;
}
