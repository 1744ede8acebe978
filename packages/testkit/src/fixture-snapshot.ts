import { parseObject } from '@headwater/contracts/kube/parse.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseTime } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import {
  type Alert,
  emptyInput,
  type LogStream,
  type Series,
  type SnapshotInput,
  type Span,
} from '@headwater/diagnosis/snapshot/input.ts';

/** A compact series: either explicit samples or evenly spaced values ending at `now`. */
export interface FixtureSeries {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Evenly spaced; the last one lies at `now`. `12 x 0.5` is twelve times 0.5, `12 x 0.5 + 0.1` rises by 0.1 each step. */
  readonly values: readonly (number | string)[];
  /** Seconds between values; default 30. */
  readonly step?: number;
}

/** A span, or as many copies of it as `repeat` says, each in a trace of its own, `every` seconds apart. */
export interface FixtureSpan extends Partial<Span> {
  /** RFC 3339 start, instead of `start` in milliseconds. */
  readonly at?: string;
  readonly repeat?: number;
  readonly every?: number;
}

/** What a fixture file holds; everything optional, `now` defaults to 2026-03-01T10:00:00Z. */
export interface FixtureContent {
  readonly about?: string;
  readonly now?: string;
  readonly objects?: readonly unknown[];
  /** `namespace/pod/container` or `namespace/pod/container:previous` to text. */
  readonly logs?: Readonly<Record<string, string>>;
  readonly metrics?: readonly FixtureSeries[];
  readonly traces?: readonly FixtureSpan[];
  readonly alerts?: readonly {
    labels: Record<string, string>;
    startsAt?: string;
    status?: 'firing' | 'resolved';
    annotations?: Record<string, string>;
  }[];
  readonly journal?: readonly { observedAt: string; type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: unknown }[];
  readonly changes?: readonly {
    time: string;
    kind: string;
    title: string;
    source?: string;
    subject?: { kind: string; namespace?: string; name: string };
    diff?: unknown;
  }[];
  /** Kinds that were listed completely: `ConfigMap`, `shop/Secret`. Default: the kinds present, per namespace. */
  readonly listed?: readonly string[];
}

const DEFAULT_NOW = '2026-03-01T10:00:00Z';

/** Turns a fixture into the engine's input, parsing objects the way every reader does. */
export function fixtureInput(content: FixtureContent): SnapshotInput {
  const now = timeOf(content.now ?? DEFAULT_NOW);
  const objects = (content.objects ?? []).map(objectOf);
  const logs = Object.entries(content.logs ?? {}).map(([path, text]) => streamOf(path, text, now));
  return {
    ...emptyInput(now),
    sources: {
      objects: 'present',
      logs: content.logs ? 'present' : 'absent',
      metrics: content.metrics ? 'present' : 'absent',
      traces: content.traces ? 'present' : 'absent',
    },
    coverage: content.listed ? [...presentKinds(objects), ...content.listed.map(coverageOf)] : [],
    objects,
    logs,
    metrics: (content.metrics ?? []).map((series) => seriesOf(series, now)),
    traces: (content.traces ?? []).flatMap(spansOf),
    alerts: (content.alerts ?? []).map(
      (alert, index): Alert => ({
        fingerprint: `f${index}`,
        status: alert.status ?? 'firing',
        labels: alert.labels,
        annotations: alert.annotations ?? {},
        startsAt: alert.startsAt ? timeOf(alert.startsAt) : now,
        endsAt: null,
      }),
    ),
    journal: (content.journal ?? []).map(({ observedAt, type, object }) => ({
      observedAt: timeOf(observedAt),
      type,
      object: objectOf(object),
    })),
    changes: (content.changes ?? []).map((change) => ({ source: 'fixture', ...change, time: timeOf(change.time) })),
  };
}

function objectOf(value: unknown): KubeObject {
  const { object, dropped } = parseObject(value);
  if (!object || dropped.length > 0)
    throw new Error(
      `fixture object is malformed: ${JSON.stringify(dropped)} in ${JSON.stringify(value).slice(0, 200)}`,
    );
  return object;
}

function presentKinds(objects: readonly KubeObject[]): { kind: string; namespace?: string; state: 'read' }[] {
  return objects.map(({ kind, metadata }) => ({
    kind,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    state: 'read',
  }));
}

function coverageOf(text: string): { kind: string; namespace?: string; state: 'read' } {
  const [first = '', second] = text.split('/');
  return second === undefined ? { kind: first, state: 'read' } : { kind: second, namespace: first, state: 'read' };
}

function streamOf(path: string, text: string, now: number): LogStream {
  const previous = path.endsWith(':previous');
  const [namespace = '', pod = '', container = ''] = path.replace(/:previous$/, '').split('/');
  const digester = new LogDigester({ namespace, pod, container, previous }, { now });
  for (const line of text.replace(/\n$/, '').split('\n')) digester.push(line);
  return digester.finish();
}

function seriesOf({ name, labels, values: written, step = 30 }: FixtureSeries, now: number): Series {
  const values = written.flatMap(expandRun);
  return {
    labels: { __name__: name, ...labels },
    samples: values.map((value, index) => [now - (values.length - 1 - index) * step * 1000, value] as const),
  };
}

function expandRun(value: number | string): readonly number[] {
  if (typeof value === 'number') return [value];
  const run = /^(\d+) x (-?[\d.e+-]+?)(?: \+ (-?[\d.e+-]+))?$/.exec(value);
  if (!run) throw new Error(`fixture values are numbers or runs such as "12 x 0.5 + 0.1", not: ${value}`);
  return Array.from({ length: Number(run[1]) }, (_, index) => Number(run[2]) + index * Number(run[3] ?? 0));
}

function spansOf({ at, repeat, every = 1, ...span }: FixtureSpan, index: number): Span[] {
  const first = spanOf({ ...span, ...(at === undefined ? {} : { start: timeOf(at) }) }, index);
  if (repeat === undefined) return [first];
  return Array.from({ length: repeat }, (_, copy) => ({
    ...first,
    traceId: `${first.traceId}-${copy}`,
    start: first.start + copy * every * 1000,
  }));
}

function spanOf(span: Partial<Span>, index: number): Span {
  return {
    traceId: 't1',
    spanId: `s${index}`,
    parentSpanId: null,
    service: 'unknown',
    name: 'operation',
    kind: 'server',
    start: 0,
    durationMs: 1,
    error: false,
    statusMessage: '',
    attributes: {},
    resource: {},
    ...span,
  };
}

function timeOf(text: string): number {
  const time = parseTime(text);
  if (time === null) throw new Error(`fixture time is not RFC 3339: ${text}`);
  return time;
}
