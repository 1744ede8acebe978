import { gravestSeverity, type Severity, severityRank } from '../alert/severity.ts';

/** Who decided a value of an incident: its alerts, or a person, whose word stands. */
export type SeverityBy = 'alerts' | 'person';

export interface IncidentSeverity {
  readonly severity: Severity;
  readonly severityBy: SeverityBy;
}

/**
 * The severity after alerts joined: the gravest any alert ever had, so that an incident does not look harmless because
 * its worst alert ended first; a person's choice is never overwritten.
 */
export function rollUpSeverity(current: IncidentSeverity | null, alerts: Iterable<Severity>): IncidentSeverity {
  if (current?.severityBy === 'person') return current;
  const severity = gravestSeverity(current === null ? alerts : [current.severity, ...alerts]);
  return { severity, severityBy: 'alerts' };
}

/** Whether the second severity is graver than the first. */
export function isGraver(before: Severity, after: Severity): boolean {
  return severityRank(after) > severityRank(before);
}
