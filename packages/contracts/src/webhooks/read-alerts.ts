import { canonicalJson, contentId } from '@headwater/core/ids.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import { type ShapeError, shapeError, shapeErrors } from '../shape.ts';
import { AlertmanagerAlert, AlertmanagerBody } from './alertmanager.ts';

/** One alert as the engine takes it; `endsAt` null while firing. */
export interface ReadAlert {
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: Millis | null;
  readonly endsAt: Millis | null;
  /** The address of the rule that fired, when the sender gave one. */
  readonly generatorUrl?: string | null | undefined;
}

export interface ReadAlerts {
  readonly alerts: readonly ReadAlert[];
  readonly rejected: readonly ShapeError[];
}

/**
 * Reads an Alertmanager v4 webhook body; leniently also a bare list of alerts (as `amtool alert query -o json` prints) and a single
 * alert. Broken alerts are left out and named.
 */
export function readAlerts(body: unknown): ReadAlerts {
  if (Array.isArray(body)) return readList(body, []);
  if (isJsonObject(body) && isJsonObject(body['labels']) && body['alerts'] === undefined) return readList([body], null);
  const parsed = AlertmanagerBody.safeParse(body);
  if (parsed.success) return readList(parsed.data.alerts, ['alerts']);
  if (isJsonObject(body)) return { alerts: [], rejected: shapeErrors(parsed.error, body) };
  return {
    alerts: [],
    rejected: [shapeError([], body, 'an Alertmanager webhook body, version 4, with a list "alerts"')],
  };
}

function readList(items: readonly unknown[], path: readonly string[] | null): ReadAlerts {
  const alerts: ReadAlert[] = [];
  const rejected: ShapeError[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = AlertmanagerAlert.safeParse(plainStatus(item));
    if (parsed.success) {
      alerts.push(readAlert(parsed.data));
      continue;
    }
    const errors = shapeErrors(parsed.error, item);
    rejected.push(...errors.map((error) => (path === null ? error : nested(error, [...path, index], item))));
  }
  return { alerts, rejected };
}

function nested(error: ShapeError, prefix: readonly (string | number)[], root: unknown): ShapeError {
  let value: unknown = root;
  for (const key of error.path)
    value = isJsonObject(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  return shapeError([...prefix, ...error.path], value, error.expected);
}

// The Alertmanager API (not its webhook) writes the status as an object.
function plainStatus(item: unknown): unknown {
  if (!isJsonObject(item) || !isJsonObject(item['status'])) return item;
  return { ...item, status: item['status']['state'] === 'resolved' ? 'resolved' : 'firing' };
}

function readAlert(alert: AlertmanagerAlert): ReadAlert {
  const { labels, annotations } = alert;
  const status = alert.status === 'resolved' ? 'resolved' : 'firing';
  return {
    fingerprint: alert.fingerprint || contentId('fp', canonicalJson(labels)),
    status,
    labels,
    annotations,
    startsAt: parseTime(alert.startsAt),
    // While an alert fires the API puts the time there at which it would time out.
    endsAt: status === 'resolved' ? parseTime(alert.endsAt) : null,
    ...(alert.generatorURL ? { generatorUrl: alert.generatorURL } : {}),
  };
}
