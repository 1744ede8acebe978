import { MAX_AHEAD } from '@headwater/core/alert/episode.ts';
import { labelFingerprint } from '@headwater/core/alert/fingerprint.ts';
import { isJsonObject } from '@headwater/core/json.ts';
import { formatTime, type Millis, parseTime } from '@headwater/core/time.ts';
import { describeValue } from '../shape.ts';
import type { SignalMapping } from './mapping.ts';
import { faulty, jsonPointer, type SignalAlert, type SignalFault, type SignalReading } from './signal.ts';

/** Reads a foreign JSON body by a mapping; one wrong element fails the whole body. */
export function readMapped(mapping: SignalMapping, body: unknown, now: Millis): SignalReading {
  const items = itemsOf(mapping, body);
  if (!Array.isArray(items)) return faulty([items]);
  const faults: SignalFault[] = [];
  const alerts = items.map(({ item, pointer }) => readItem(mapping, item, { now, pointer, faults }));
  if (faults.length > 0) return faulty(faults);
  return { ok: true, body: { source: 'generic', groupKey: null, receiver: mapping.name, truncatedAlerts: 0, alerts } };
}

interface Item {
  readonly item: unknown;
  readonly pointer: string;
}

function itemsOf(mapping: SignalMapping, body: unknown): Item[] | SignalFault {
  if (mapping.list === undefined) return [{ item: body, pointer: '' }];
  const { list } = mapping;
  const found = valueAt(body, list);
  if (!Array.isArray(found)) return { pointer: list, detail: `found ${describeValue(found)}; expected a list` };
  return found.map((item: unknown, index) => ({ item, pointer: `${list}${jsonPointer([index])}` }));
}

interface ItemOptions {
  readonly now: Millis;
  readonly pointer: string;
  readonly faults: SignalFault[];
}

function readItem(mapping: SignalMapping, item: unknown, options: ItemOptions): SignalAlert {
  const name = render(mapping.alertname, item);
  if (name === '') {
    const at = /\{([^{}]*)\}/.exec(mapping.alertname)?.[1] ?? '';
    options.faults.push({
      pointer: `${options.pointer}${at}`,
      detail: `found ${describeValue(valueAt(item, at))}; expected the alert's name`,
    });
  }
  const labels: Record<string, string> = { alertname: name };
  for (const field of ['severity', 'cluster', 'namespace'] as const) {
    const value = mapping[field] === undefined ? '' : render(mapping[field], item);
    if (value !== '') labels[field] = value;
  }
  for (const [label, template] of Object.entries(mapping.labels)) {
    const value = render(template, item);
    if (value !== '') labels[label] = value;
  }
  if (labels['cluster']) labels['cluster'] = labels['cluster'].slice(0, MAX_CLUSTER);
  const annotations = Object.fromEntries(
    Object.entries(mapping.annotations).flatMap(([key, template]) => {
      const value = render(template, item);
      return value === '' ? [] : [[key, value]];
    }),
  );
  const identity = mapping.identity === undefined ? '' : render(mapping.identity, item);
  return {
    fingerprint: labelFingerprint(identity === '' ? labels : { mapping: mapping.name, identity }),
    status: isResolved(mapping, item) ? 'resolved' : 'firing',
    labels,
    annotations,
    startsAt: startOf(mapping, item, options),
    endsAt: readTime(mapping.endsAt, item, options),
    generatorUrl: (mapping.url === undefined ? '' : render(mapping.url, item)) || null,
    extra: {},
  };
}

// A cluster's name is part of an index.
const MAX_CLUSTER = 253;

function isResolved({ status }: SignalMapping, item: unknown): boolean {
  if (status === undefined) return false;
  const value = valueAt(item, status.at);
  return status.resolved.includes(typeof value === 'string' ? value : JSON.stringify(value ?? null));
}

function render(template: string, item: unknown): string {
  return template
    .replaceAll(/\{([^{}]*)\}/g, (_, pointer: string) => {
      const value = valueAt(item, pointer);
      if (value === undefined || value === null) return '';
      return typeof value === 'string' ? value : JSON.stringify(value);
    })
    .trim();
}

// Seconds since 1970 stay below this until the year 5138, milliseconds passed it in 1973.
const SECONDS_BELOW = 100_000_000_000;
// The last moment of a JavaScript Date.
const LAST_TIME = 8_640_000_000_000_000;

function startOf({ startsAt: at }: SignalMapping, item: unknown, options: ItemOptions): Millis | null {
  const time = readTime(at, item, options);
  if (time === null || time <= options.now + MAX_AHEAD) return time;
  const detail = `found ${formatTime(time)}; expected a start that has come by ${formatTime(options.now)}`;
  options.faults.push({ pointer: `${options.pointer}${at}`, detail });
  return null;
}

function readTime(at: string | undefined, item: unknown, { pointer, faults }: ItemOptions): Millis | null {
  const value = at === undefined ? undefined : valueAt(item, at);
  if (at === undefined || value === undefined || value === null || value === '') return null;
  const number = typeof value === 'string' && /^\d{9,13}(\.\d+)?$/.test(value) ? Number(value) : value;
  const time =
    typeof number === 'number' ? Math.trunc(number < SECONDS_BELOW ? number * 1000 : number) : parseTime(number);
  if (time !== null && Number.isSafeInteger(time) && time >= 0 && time <= LAST_TIME) return time;
  const detail = `found ${describeValue(value)}; expected an RFC 3339 time, or seconds or milliseconds since 1970`;
  faults.push({ pointer: `${pointer}${at}`, detail });
  return null;
}

function valueAt(root: unknown, pointer: string): unknown {
  let value = root;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = /^\d+$/.test(key) ? (value as unknown[])[Number(key)] : undefined;
    else if (isJsonObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}
