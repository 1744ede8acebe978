import { gravestSeverity, type Severity, severityRank } from '../alert/severity.ts';
import { subjectOfKey } from '../grouping/keys.ts';
import type { Subject } from '../subject.ts';
import type { Millis } from '../time.ts';

/** One alert of an incident, as far as the incident's own words depend on it. */
export interface Member {
  readonly alertId: string;
  readonly name: string;
  readonly severity: Severity;
  readonly namespace: string | null;
  readonly subject: Subject | null;
  readonly startsAt: Millis;
  readonly rootKeys: readonly string[];
}

/** What the alerts of an incident say about it. */
export interface MembersSay {
  readonly lead: { readonly alertId: string; readonly name: string; readonly namespace: string | null };
  readonly subject: Subject | null;
  readonly severity: Severity;
  readonly namespaces: readonly string[];
  readonly startedAt: Millis;
}

/** Sums up the alerts of an incident; the gravest names it, of equal ones the first. Null without alerts. */
export function membersSay(members: readonly Member[]): MembersSay | null {
  const [lead] = [...members].sort(
    (left, right) =>
      severityRank(right.severity) - severityRank(left.severity) ||
      left.startsAt - right.startsAt ||
      (left.alertId < right.alertId ? -1 : 1),
  );
  if (!lead) return null;
  return {
    lead: { alertId: lead.alertId, name: lead.name, namespace: lead.namespace },
    subject: rootOf(lead),
    severity: gravestSeverity(members.map(({ severity }) => severity)),
    namespaces: namespacesOf(members),
    startedAt: Math.min(...members.map(({ startsAt }) => startsAt)),
  };
}

function rootOf(member: Member): Subject | null {
  for (const key of member.rootKeys) {
    const subject = subjectOfKey(key);
    if (subject) return subject;
  }
  return member.subject;
}

/** Every namespace that alerts or what they are about name: who may see the incident must reach all of them. */
export function namespacesOf(
  alerts: readonly { readonly namespace: string | null; readonly subject: Subject | null }[],
  known: readonly string[] = [],
): readonly string[] {
  const names = new Set(known);
  for (const { namespace, subject } of alerts) {
    if (namespace) names.add(namespace);
    if (subject?.namespace) names.add(subject.namespace);
  }
  return [...names].sort();
}
