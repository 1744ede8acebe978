import { isJsonObject, listOf } from '@headwater/core/json.ts';
import type { StoredEvent } from '../ports/store/events.ts';

type Payload = StoredEvent['payload'];
type Sentence = (actor: string, payload: Payload) => string;

/** What an event says in one plain sentence. */
export function timelineText({ kind, actor, payload }: Pick<StoredEvent, 'kind' | 'actor' | 'payload'>): string {
  return SENTENCES[kind]?.(actor, payload) ?? `${actor}: ${kind}`;
}

const SENTENCES: Readonly<Record<string, Sentence>> = {
  'incident.opened': (_actor, payload) => {
    const from = reference(payload['splitFrom']);
    if (from) return `Split off from ${from}`;
    return `Opened by ${alertsIn(payload)}${because(firstReason(payload))}`;
  },
  'incident.changed': changed,
  'incident.acknowledged': (actor, payload) =>
    payload['acknowledged'] === false ? `${actor} took the acknowledgement back` : `${actor} acknowledged it`,
  'incident.snoozed': (actor, payload) => {
    const until = text(payload['until']);
    if (until) return `${actor} snoozed it until ${until}${because(text(payload['reason']))}`;
    const reason = text(payload['reason']);
    return reason ? `Woke up: ${reason}` : `${actor} woke it up`;
  },
  'incident.assigned': (actor, payload) => {
    const to = text(payload['to']);
    if (to) return to === actor ? `${actor} took it` : `${actor} assigned it to ${to}`;
    const from = text(payload['from']);
    return from ? `${actor} took it from ${from}` : `${actor} left it unassigned`;
  },
  'incident.resolved': (actor, payload) =>
    payload['by'] === 'quiet'
      ? `Resolved by itself${because(text(payload['reason']))}`
      : `${actor} resolved it${because(text(payload['reason']))}`,
  'incident.reopened': (actor, payload) =>
    payload['by'] === 'alert'
      ? `Reopened${because(text(payload['reason']))}`
      : `${actor} reopened it${because(text(payload['reason']))}`,
  'incident.merged': (actor, payload) => {
    const into = reference(payload['into']);
    if (into) return `${actor} merged it into ${into}`;
    const merged = listOf(payload['merged']).map(reference).filter(Boolean);
    return `${actor} merged ${merged.join(', ') || 'another incident'} into it${because(text(payload['reason']))}`;
  },
  'incident.split': (actor, payload) => {
    const unmerged = reference(payload['unmerged']);
    if (unmerged) return `${actor} undid the merge of ${unmerged}`;
    const from = reference(payload['unmergedFrom']);
    if (from) return `${actor} undid its merge into ${from}`;
    const count = listOf(payload['alertIds']).length;
    const into = reference(payload['into']);
    return `${actor} split ${plural(count, 'alert')} off${into ? ` into ${into}` : ''}${because(text(payload['reason']))}`;
  },
  'incident.severity': (actor, payload) => {
    const change = `severity from ${text(payload['from'])} to ${text(payload['to'])}`;
    return payload['by'] === 'person' ? `${actor} changed the ${change}` : `Its alerts raised the ${change}`;
  },
  'incident.hidden': (actor, payload) => (payload['hidden'] === false ? `${actor} brought it back` : `${actor} hid it`),
  'incident.commented': (actor, payload) => {
    if (payload['deleted'] === true) return `${actor} deleted a comment`;
    return `${actor} ${payload['edited'] === true ? 'changed a comment' : 'commented'}: ${text(payload['excerpt'])}`;
  },
  'incident.diagnosed': (_actor, payload) => {
    const revision = typeof payload['revision'] === 'number' ? ` ${payload['revision']}` : '';
    const after = payload['phase'] === 'resolved' ? ' after it ended' : '';
    return `Diagnosis${revision}${after}: ${text(payload['summary']) || text(payload['verdict'])}`;
  },
  'incident.alert-joined': (_actor, payload) =>
    payload['refired'] === true
      ? `${capital(alertsIn(payload))} fired again`
      : `${capital(alertsIn(payload))} joined${because(firstReason(payload))}`,
  'incident.alert-left': (actor, payload) => {
    const to = reference(payload['to']);
    return `${actor} moved an alert away${to ? ` to ${to}` : ''}`;
  },
  'incident.alert-resolved': (_actor, payload) => {
    const left = payload['firingCount'];
    const rest = typeof left !== 'number' ? '' : left === 0 ? '; nothing fires any more' : `; ${left} still firing`;
    return `${capital(alertsIn(payload))} resolved${rest}`;
  },
  'incident.remediation': (actor, payload) =>
    `${actor}: plan ${text(payload['status'])}: ${text(payload['statement'])}`,
};

function changed(actor: string, payload: Payload): string {
  if (payload['flapping'] === true) return `An alert flaps: ${text(payload['reason'])}`;
  if (payload['flapping'] === false) return `An alert flaps no more: ${text(payload['reason'])}`;
  const fields = listOf(payload['fields']).map(text).filter(Boolean);
  return fields.length > 0 ? `${actor} edited ${fields.join(', ')}` : `${actor} changed it`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function because(reason: string): string {
  return reason ? `: ${reason}` : '';
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function reference(value: unknown): string {
  if (!isJsonObject(value) || typeof value['number'] !== 'number') return '';
  return `#${value['number']}${text(value['title']) ? ` (${text(value['title'])})` : ''}`;
}

function firstReason(payload: Payload): string {
  const [first] = listOf(payload['alerts']);
  return isJsonObject(first) ? text(first['reason']) : '';
}

const NAMED = 3;

function alertsIn(payload: Payload): string {
  const alerts = listOf(payload['alerts']).filter(isJsonObject);
  const count = typeof payload['count'] === 'number' ? payload['count'] : alerts.length;
  const names = [...new Set(alerts.map((alert) => text(alert['name'])).filter(Boolean))].slice(0, NAMED);
  if (names.length === 0) return plural(Math.max(1, count), 'alert');
  if (count === 1) return `alert ${names[0]}`;
  return `${plural(count, 'alert')} (${names.join(', ')}${count > names.length ? ' …' : ''})`;
}
