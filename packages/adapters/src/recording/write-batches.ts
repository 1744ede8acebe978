import { lokiAnswer } from '@headwater/contracts/telemetry/loki.ts';
import { otlpAnswer } from '@headwater/contracts/telemetry/otlp.ts';
import { matrixAnswer } from '@headwater/contracts/telemetry/prometheus.ts';
import { isSensitiveName, maskText } from '@headwater/core/masking/mask.ts';
import { redactedValue, redactObject, type ValueHash } from '@headwater/core/masking/redact-object.ts';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { RecordingItem } from '@headwater/engine/ports/recording.ts';
import type { Stage } from './stage.ts';

type Kind = 'alert' | 'series' | 'loki' | 'span' | 'change';
type Item<K extends Kind> = Extract<RecordingItem, { type: K }>;

/** How one kind of item is written: its folder, how many go into one file, and the file's content. */
interface Batch<K extends Kind> {
  readonly file: string;
  readonly size: number;
  readonly redact: (item: Item<K>, hash: ValueHash) => unknown;
  readonly content: (values: readonly unknown[]) => unknown;
}

const BATCHES: { readonly [K in Kind]: Batch<K> } = {
  alert: {
    file: 'alerts/alerts',
    size: 1_000,
    redact: ({ alert }) => {
      const { startsAt, endsAt, annotations, ...rest } = alert;
      return {
        ...rest,
        annotations: masked(annotations),
        ...timeField('startsAt', startsAt),
        ...timeField('endsAt', endsAt),
      };
    },
    content: (alerts) => ({ version: '4', alerts }),
  },
  series: {
    file: 'metrics/series',
    size: 500,
    redact: ({ series }) => series,
    content: (series) => matrixAnswer(series as Item<'series'>['series'][]),
  },
  loki: {
    file: 'loki/streams',
    size: 50,
    redact: ({ stream }) => ({ ...stream, entries: stream.entries.map(([time, line]) => [time, maskText(line)]) }),
    content: (streams) => lokiAnswer(streams as Item<'loki'>['stream'][]),
  },
  span: {
    file: 'traces/spans',
    size: 2_000,
    redact: ({ span }, hash) => ({
      ...span,
      statusMessage: maskText(span.statusMessage),
      attributes: attributes(span.attributes, hash),
      resource: attributes(span.resource, hash),
    }),
    content: (spans) => otlpAnswer(spans as Item<'span'>['span'][]),
  },
  change: {
    file: 'changes/changes',
    size: 1_000,
    redact: ({ change }, hash) => redactObject({ ...change, time: formatTime(change.time) }, hash),
    content: (changes) => changes,
  },
};

/** What an item is written as: no credentials in it any more. */
export function redactedItem(item: Item<Kind>, hash: ValueHash): unknown {
  // The table's entry is the one for this item's type, which the compiler cannot follow.
  return (BATCHES[item.type] as unknown as Batch<Kind>).redact(item, hash);
}

export interface BatchWriter {
  add(kind: Kind, value: unknown): Promise<void>;
  finish(): Promise<void>;
}

/** Collects items and writes them in files of a readable size. */
export function batchWriter(stage: Stage): BatchWriter {
  const held = new Map<Kind, unknown[]>();
  const files = new Map<Kind, number>();
  const flush = async (kind: Kind): Promise<void> => {
    const values = held.get(kind) ?? [];
    if (values.length === 0) return;
    held.set(kind, []);
    const number = (files.get(kind) ?? 0) + 1;
    files.set(kind, number);
    const { file, content } = BATCHES[kind];
    await stage.write(`${file}-${String(number).padStart(4, '0')}.json`, `${JSON.stringify(content(values))}\n`);
  };
  return {
    add: async (kind, value) => {
      const values = held.get(kind) ?? [];
      held.set(kind, values);
      values.push(value);
      if (values.length >= BATCHES[kind].size) await flush(kind);
    },
    finish: async () => {
      for (const kind of held.keys()) await flush(kind);
    },
  };
}

function masked(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, maskText(value)]));
}

function attributes(values: Readonly<Record<string, string>>, hash: ValueHash): Record<string, string> {
  const entries = Object.entries(values).map(([key, value]) => {
    const secret = isSensitiveName(key) || /authorization$|cookie$/i.test(key);
    return [key, secret && value !== '' ? redactedValue(value, hash) : maskText(value)];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function timeField(name: string, time: Millis | null): Record<string, string> {
  return time === null ? {} : { [name]: formatTime(time) };
}
