import { MAX_AHEAD } from '@headwater/core/alert/episode.ts';
import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { formatTime, type Millis, parseTime } from '@headwater/core/time.ts';
import type { z } from 'zod';
import { describeValue, shapeErrors } from '../shape.ts';
import { type ApiAlert, ApiAlerts, type WebhookAlert, WebhookBody } from './alertmanager-body.ts';
import { faulty, jsonPointer, type SignalAlert, type SignalFault, type SignalReading } from './signal.ts';

type Labels = Readonly<Record<string, string>>;
type Common = Pick<ApiAlert, 'labels' | 'annotations' | 'generatorURL' | 'fingerprint'>;

/**
 * Reads what Alertmanager, Grafana, Mimir, vmalert and Prometheus send: webhook bodies of version 4 and 1, and the bare list
 * of Alertmanager's API. One wrong element fails the whole body, for a sender only ever repeats whole bodies.
 */
export function readWebhook(body: unknown, now: Millis): SignalReading {
  if (Array.isArray(body)) return readAlertList(body, now);
  if (!isJsonObject(body)) {
    const detail = `found ${describeValue(body)}; expected an Alertmanager webhook body, version 4, or a list of alerts`;
    return faulty([{ pointer: '', detail }]);
  }
  const parsed = WebhookBody.safeParse(body);
  if (!parsed.success) return faulty(faultsOf(parsed.error, body));
  const { data } = parsed;
  const faults: SignalFault[] = [];
  const context = groupContext(data);
  const alerts = data.alerts.map((alert, index) => {
    const before = faults.length;
    const times = readTimes(alert, { now, path: ['alerts', index], faults });
    if (times.startsAt === null && faults.length === before) faults.push(missingStart(index, alert.startsAt));
    return {
      ...common(alert, ['alerts', index], faults),
      ...times,
      status: alert.status,
      extra: { ...context, ...grafanaExtra(alert) },
    };
  });
  if (faults.length > 0) return faulty(faults);
  return {
    ok: true,
    body: {
      source: data.version === '1' ? 'grafana' : 'alertmanager',
      groupKey: data.groupKey ?? null,
      receiver: data.receiver ? unquoteReceiver(data.receiver) : null,
      truncatedAlerts: data.truncatedAlerts ?? 0,
      alerts,
    },
  };
}

/** Reads the list that Prometheus and vmalert post to `/api/v2/alerts`; an end that lies ahead means "fires until then". */
export function readAlertList(body: unknown, now: Millis): SignalReading {
  const parsed = ApiAlerts.safeParse(body);
  if (!parsed.success) return faulty(faultsOf(parsed.error, body));
  const faults: SignalFault[] = [];
  const alerts = parsed.data.map((alert, index) => {
    const times = readTimes(alert, { now, path: [index], faults });
    return { ...common(alert, [index], faults), ...times, status: listedStatus(alert, times.endsAt, now), extra: {} };
  });
  if (faults.length > 0) return faulty(faults);
  return { ok: true, body: { source: 'prometheus', groupKey: null, receiver: null, truncatedAlerts: 0, alerts } };
}

/** A schema's complaints at JSON pointers. */
export function faultsOf(error: z.ZodError, root: unknown): SignalFault[] {
  return shapeErrors(error, root).map(({ path, what, expected }) => ({
    pointer: jsonPointer(path),
    detail: `${what.replace(/ at .*$/s, '')}; expected ${expected}`,
  }));
}

/** An alert's namespace-bound identity must fit an index. */
const MAX_CLUSTER = 253;

function common(alert: Common, path: readonly PropertyKey[], faults: SignalFault[]): CommonAlert {
  const labels = withoutEmpty(alert.labels);
  if (Object.keys(labels).length === 0) {
    faults.push({
      pointer: jsonPointer([...path, 'labels']),
      detail: 'found no label with a value; expected at least one',
    });
  }
  if ((labels['cluster'] ?? '').length > MAX_CLUSTER) {
    const detail = `found a text of ${labels['cluster']?.length} characters; expected at most ${MAX_CLUSTER}`;
    faults.push({ pointer: jsonPointer([...path, 'labels', 'cluster']), detail });
  }
  return {
    fingerprint: alert.fingerprint || labelFingerprint(labels),
    labels,
    annotations: alert.annotations ?? {},
    generatorUrl: alert.generatorURL || null,
  };
}

type CommonAlert = Pick<SignalAlert, 'fingerprint' | 'labels' | 'annotations' | 'generatorUrl'>;

// Prometheus treats a label without a value as absent.
function withoutEmpty(labels: Labels): Labels {
  for (const value of Object.values(labels)) {
    if (value === '') return Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== ''));
  }
  return labels;
}

interface TimesOptions {
  readonly now: Millis;
  readonly path: readonly PropertyKey[];
  readonly faults: SignalFault[];
}

function readTimes(
  alert: Pick<ApiAlert, 'startsAt' | 'endsAt'>,
  options: TimesOptions,
): { startsAt: Millis | null; endsAt: Millis | null } {
  const startsAt = readTime(alert.startsAt, 'startsAt', options);
  const endsAt = readTime(alert.endsAt, 'endsAt', options);
  if (startsAt !== null && startsAt > options.now + MAX_AHEAD) {
    const detail = `found ${formatTime(startsAt)}, which is more than ${MAX_AHEAD / 60_000} minutes ahead of ${formatTime(options.now)}; expected a start that has come`;
    options.faults.push({ pointer: jsonPointer([...options.path, 'startsAt']), detail });
  }
  return { startsAt, endsAt };
}

const ZERO_TIME = /^0001-01-01T00:00:00(\.0+)?Z$/;

function readTime(text: string | null | undefined, field: string, { path, faults }: TimesOptions): Millis | null {
  if (text === undefined || text === null || text === '' || ZERO_TIME.test(text)) return null;
  const time = parseTime(text);
  if (time === null) {
    const detail = `found ${describeValue(text)}; expected an RFC 3339 time such as 2026-03-01T10:15:00Z`;
    faults.push({ pointer: jsonPointer([...path, field]), detail });
  }
  return time;
}

function missingStart(index: number, found: string): SignalFault {
  const detail = `found ${describeValue(found)}; expected the time at which the alert began`;
  return { pointer: jsonPointer(['alerts', index, 'startsAt']), detail };
}

function listedStatus({ status }: ApiAlert, endsAt: Millis | null, now: Millis): 'firing' | 'resolved' {
  if (typeof status === 'string') return status;
  return endsAt !== null && endsAt <= now ? 'resolved' : 'firing';
}

// Alertmanager sends the receiver quoted for a regular expression: `team\-x` is the receiver team-x.
function unquoteReceiver(receiver: string): string {
  return receiver.replace(/\\([^\p{L}\p{N}\s])/gu, '$1');
}

function groupContext({ externalURL, notification_reason: reason, routeLabels }: WebhookBody): Record<string, unknown> {
  return {
    ...(externalURL && { externalUrl: externalURL }),
    ...(reason && { notificationReason: reason }),
    ...(routeLabels && Object.keys(routeLabels).length > 0 && { routeLabels }),
  };
}

const GRAFANA_FIELDS = [
  'dashboardURL',
  'panelURL',
  'silenceURL',
  'imageURL',
  'ruleUID',
  'values',
  'valueString',
] as const;

function grafanaExtra(alert: WebhookAlert): Record<string, unknown> {
  const extra: Record<string, unknown> = {};
  for (const field of GRAFANA_FIELDS) {
    const value = alert[field];
    if (value !== undefined && value !== null && value !== '') extra[field] = value;
  }
  return extra;
}
