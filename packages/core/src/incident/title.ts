import { formatSubject, type Subject } from '../subject.ts';

const TITLE_LIMIT = 200;

/** What names an incident until a diagnosis or a person does. */
export interface LeadAlert {
  readonly name: string;
  /** The root owner of the alert's subject, or the subject itself; null when it could not be resolved. */
  readonly subject: Subject | null;
  readonly namespace: string | null;
}

/** The title made from alerts, such as `KubePodCrashLooping on Deployment shop/checkout (+2)`. */
export function titleFromAlerts(lead: LeadAlert, alertCount: number): string {
  const place = lead.subject ? ` on ${formatSubject(lead.subject)}` : lead.namespace ? ` in ${lead.namespace}` : '';
  return withOthers(`${lead.name}${place}`, alertCount);
}

/** The same title for another number of alerts; only for titles made from alerts. */
export function titleForCount(title: string, alertCount: number): string {
  return withOthers(title.replace(/ \(\+\d+\)$/, ''), alertCount);
}

function withOthers(head: string, alertCount: number): string {
  const others = alertCount > 1 ? ` (+${alertCount - 1})` : '';
  const room = TITLE_LIMIT - others.length;
  return `${head.length > room ? `${head.slice(0, room - 1)}…` : head}${others}`;
}
