import type { IncidentItem } from '@headwater/contracts/http/incident.ts';
import type { Severity } from '@headwater/core/alert/severity.ts';
import { formatDuration, parseTime } from '@headwater/core/time.ts';
import type { Style } from '../../cli/style.ts';

const SEVERITY_LOOK = { critical: 'red', high: 'red', warning: 'yellow', info: 'cyan', unknown: 'dim' } as const;
const STATUS_LOOK = { open: 'red', acknowledged: 'yellow', resolved: 'green' } as const;

/** A severity in its colour. */
export function severityText(severity: Severity, { paint }: Style): string {
  return paint(SEVERITY_LOOK[severity], severity);
}

type Stateful = Pick<IncidentItem, 'status' | 'snoozedUntil' | 'muted'>;

/** Where an incident is in its life, in its colour; what keeps it quiet beside it. */
export function statusText({ status, snoozedUntil, muted }: Stateful, { paint }: Style, now: number): string {
  const until = snoozedUntil === null ? null : parseTime(snoozedUntil);
  const quiet = muted ? ', muted' : until !== null && until > now ? `, snoozed ${formatDuration(until - now)}` : '';
  return paint(STATUS_LOOK[status], status) + quiet;
}

/** How long ago something was. */
export function ageText(time: string | null, now: number): string {
  const at = time === null ? null : parseTime(time);
  return at === null ? '-' : formatDuration(now - at);
}

/** Text of at most so many characters. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
