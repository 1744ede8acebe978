import { compareText } from '@headwater/core/subject.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';

/** An alert as Prometheus hands it to Alertmanager; `endsAt` null while it fires. */
export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly startsAt: Millis;
  readonly endsAt: Millis | null;
}

/** What Alertmanager calls an aggregation group, with what it last told the receiver. */
export interface AlertGroup {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly alerts: ReadonlyMap<string, SentAlert>;
  readonly told: Told | null;
}

/** The notification log's entry: fingerprints of what was told. */
interface Told {
  readonly at: Millis;
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

/** The group an alert belongs to: the values of the `group_by` labels it has. */
export function groupLabels(alert: SentAlert, groupBy: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    groupBy.flatMap((name) => (alert.labels[name] === undefined ? [] : [[name, alert.labels[name]]])),
  );
}

/** Alertmanager's spelling of a group key on the root route. */
export function groupKey(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([left], [right]) => compareText(left, right));
  return `{}:{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}

export type FlushReason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed';

/** Whether a flush tells the receiver, by Alertmanager's rules; null when there is nothing new to say. */
export function flushReason(group: AlertGroup, now: Millis, repeatInterval: number): FlushReason | null {
  const { firing, resolved } = split(group, now);
  const { told } = group;
  if (!told) return firing.size > 0 ? 'first notification' : null;
  if (!isSubset(firing, told.firing)) return 'new alerts added';
  if (firing.size === 0) return told.firing.size > 0 ? 'all alerts resolved' : null;
  if (!isSubset(resolved, told.resolved)) return 'some alerts resolved';
  return now - told.at >= repeatInterval ? 'repeat interval elapsed' : null;
}

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((item) => whole.has(item));
}

function isFiring(alert: SentAlert, now: Millis): boolean {
  return alert.endsAt === null || alert.endsAt > now;
}

/** What the receiver knows after a flush was answered with success; resolved alerts are forgotten. */
export function afterFlush(group: AlertGroup, now: Millis): AlertGroup {
  const alerts = new Map([...group.alerts].filter(([, alert]) => isFiring(alert, now)));
  return { ...group, alerts, told: { at: now, ...split(group, now) } };
}

function split(group: AlertGroup, now: Millis): { firing: Set<string>; resolved: Set<string> } {
  const firing = new Set<string>();
  const resolved = new Set<string>();
  for (const alert of group.alerts.values()) (isFiring(alert, now) ? firing : resolved).add(alert.fingerprint);
  return { firing, resolved };
}

export interface BodyOptions {
  readonly now: Millis;
  readonly receiver: string;
  readonly externalURL: string;
  readonly reason: FlushReason;
}

/** The version 4 webhook body of a group: always the whole group. */
export function webhookBody(
  group: AlertGroup,
  { now, receiver, externalURL, reason }: BodyOptions,
): Record<string, unknown> {
  const alerts = [...group.alerts.values()];
  return {
    receiver: receiver.replace(/[-.*+?^${}()|[\]\\]/g, '\\$&'),
    status: alerts.some((alert) => isFiring(alert, now)) ? 'firing' : 'resolved',
    alerts: alerts.map((alert) => wireAlert(alert, now)),
    groupLabels: group.labels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL,
    version: '4',
    groupKey: group.key,
    truncatedAlerts: 0,
    notification_reason: reason,
  };
}

function wireAlert(alert: SentAlert, now: Millis): Record<string, unknown> {
  const firing = isFiring(alert, now);
  return {
    status: firing ? 'firing' : 'resolved',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: formatTime(alert.startsAt),
    // Go's zero time: Alertmanager clears the end of what still fires.
    endsAt: firing ? '0001-01-01T00:00:00Z' : formatTime(alert.endsAt ?? now),
    generatorURL: '',
    fingerprint: alert.fingerprint,
  };
}

function common(maps: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first, ...rest] = maps;
  return Object.fromEntries(
    Object.entries(first ?? {}).filter(([name, value]) => rest.every((map) => map[name] === value)),
  );
}
