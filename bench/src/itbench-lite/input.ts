import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import {
  type Alert,
  emptyInput,
  type JournalEntry,
  type LogStream,
  type Series,
  type SnapshotInput,
  type Span,
} from '@headwater/diagnosis/snapshot/input.ts';
import { attributesCell, jsonCell, readTable, readTables, type Row, timeCell } from './tables.ts';

/** Reads one scenario folder: polled alerts, and tables of Events, object versions, logs, spans and samples. */
export function readScenario(folder: string): SnapshotInput {
  const versions = objectVersions(readTable(folder, 'k8s_objects_raw.tsv'));
  const events = readTable(folder, 'k8s_events_raw.tsv').flatMap(({ Body }) => eventIn(jsonCell(Body)));
  const { alerts, polled } = alertsIn(join(folder, 'alerts'));
  const traces = readTable(folder, 'otel_traces_raw.tsv').flatMap(spanOf);
  const metrics = seriesOf(readTables(folder, 'metrics'));
  const logs = logsOf(readTable(folder, 'otel_logs_raw.tsv'));
  const now = Math.max(polled, ...versions.map(({ observedAt }) => observedAt), ...traces.map(({ start }) => start));
  const objects = [...latest(versions), ...events];
  return {
    ...emptyInput(Number.isFinite(now) ? now : 0),
    sources: {
      objects: objects.length > 0 ? 'present' : 'absent',
      history: versions.length > 0 ? 'present' : 'absent',
      logs: logs.length > 0 ? 'present' : 'absent',
      metrics: metrics.length > 0 ? 'present' : 'absent',
      traces: traces.length > 0 ? 'present' : 'absent',
    },
    coverage: [...new Set(objects.map(({ kind }) => kind))].sort().map((kind) => ({ kind, state: 'read' })),
    alerts,
    objects,
    journal: versions,
    logs,
    metrics,
    traces,
  };
}

function objectVersions(rows: readonly Row[]): JournalEntry[] {
  const seen = new Set<string>();
  const entries = rows.flatMap((row): JournalEntry[] => {
    const body = unwrapped(jsonCell(row['Body']));
    const { object } = parseObject(body.object);
    const observedAt = timeCell(row['Timestamp']) ?? timeCell(row['TimestampTime']);
    if (!object || observedAt === null) return [];
    return [{ observedAt, type: body.deleted ? 'DELETED' : seenBefore(seen, object) ? 'MODIFIED' : 'ADDED', object }];
  });
  return entries.sort((left, right) => left.observedAt - right.observedAt);
}

// The collector writes watch answers ({type, object}) and plain list items alike.
function unwrapped(body: unknown): { object: unknown; deleted: boolean } {
  const { object, type } = (body ?? {}) as { object?: unknown; type?: unknown };
  return { object: object ?? body, deleted: type === 'DELETED' };
}

function seenBefore(seen: Set<string>, object: KubeObject): boolean {
  const key = keyOf(object);
  const known = seen.has(key);
  seen.add(key);
  return known;
}

function keyOf({ kind, metadata }: KubeObject): string {
  return subjectKey({ kind, name: metadata.name, ...(metadata.namespace ? { namespace: metadata.namespace } : {}) });
}

function latest(versions: readonly JournalEntry[]): KubeObject[] {
  const last = new Map(versions.map((entry) => [keyOf(entry.object), entry]));
  return [...last.values()].flatMap(({ type, object }) => (type === 'DELETED' ? [] : [object]));
}

function eventIn(body: unknown): KubeObject[] {
  const { object } = unwrapped(body);
  const event = { apiVersion: 'v1', kind: 'Event', ...(object as object | null) };
  const parsed = parseObject(event).object;
  return parsed ? [parsed] : [];
}

interface PolledAlert {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly state?: string;
  readonly activeAt?: string;
}

/** An alert fires since it was first seen to; one that the last poll does not know has ended. */
function alertsIn(folder: string): { alerts: Alert[]; polled: Millis } {
  if (!existsSync(folder)) return { alerts: [], polled: Number.NEGATIVE_INFINITY };
  const polls = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      time: timeCell(name.replace(/^alerts_at_|\.json$/g, '').replaceAll('_', ':')),
      list: polledAlerts(jsonCell(readFileSync(join(folder, name), 'utf8'))),
    }));
  const alerts = new Map<string, Alert>();
  for (const [index, { list }] of polls.entries()) {
    for (const { labels = {}, annotations = {}, state, activeAt } of list) {
      if (state !== undefined && state !== 'firing' && state !== 'active') continue;
      const fingerprint = canonicalJson(labels);
      const startsAt = alerts.get(fingerprint)?.startsAt ?? timeCell(activeAt);
      const last = index === polls.length - 1;
      alerts.set(fingerprint, {
        fingerprint,
        status: last ? 'firing' : 'resolved',
        labels,
        annotations,
        startsAt,
        endsAt: last ? null : (polls[index]?.time ?? null),
      });
    }
  }
  const times = polls.flatMap(({ time }) => time ?? []);
  return {
    alerts: [...alerts.values()],
    polled: times.at(-1) ?? Math.max(...[...alerts.values()].flatMap(({ startsAt }) => startsAt ?? [])),
  };
}

function polledAlerts(body: unknown): PolledAlert[] {
  if (Array.isArray(body)) return body as PolledAlert[];
  const { data, alerts } = (body ?? {}) as { data?: { alerts?: PolledAlert[] }; alerts?: PolledAlert[] };
  return data?.alerts ?? alerts ?? [];
}

function logsOf(rows: readonly Row[]): LogStream[] {
  const lines = rows.flatMap((row) => {
    const resource = attributesCell(row['ResourceAttributes']);
    const time = timeCell(row['Timestamp']);
    const pod = resource['k8s.pod.name'] ?? '';
    const namespace = resource['k8s.namespace.name'] ?? '';
    if (pod === '' || time === null) return [];
    const container = resource['k8s.container.name'] ?? row['ServiceName'] ?? 'main';
    return [{ key: `${namespace}/${pod}/${container}`, namespace, pod, container, time, text: row['Body'] ?? '' }];
  });
  return [...Map.groupBy(lines, ({ key }) => key).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { namespace, pod, container } = first;
    const digester = new LogDigester({ namespace, pod, container, previous: false });
    for (const { time, text } of group.sort((left, right) => left.time - right.time))
      digester.push(`${new Date(time).toISOString()} ${text}`);
    return [digester.finish()];
  });
}

const KINDS: Readonly<Record<string, Span['kind']>> = {
  server: 'server',
  client: 'client',
  producer: 'producer',
  consumer: 'consumer',
  internal: 'internal',
};

function spanOf(row: Row): Span[] {
  const start = timeCell(row['Timestamp']);
  if (start === null || !row['SpanId']) return [];
  return [
    {
      traceId: row['TraceId'] ?? '',
      spanId: row['SpanId'],
      parentSpanId: row['ParentSpanId'] || null,
      service: row['ServiceName'] ?? '',
      name: row['SpanName'] ?? '',
      kind: KINDS[(row['SpanKind'] ?? '').toLowerCase().replace('span_kind_', '')] ?? 'internal',
      start,
      // The collector's table counts nanoseconds.
      durationMs: Number(row['Duration']) / 1_000_000,
      error: /error/i.test(row['StatusCode'] ?? ''),
      statusMessage: row['StatusMessage'] ?? '',
      attributes: attributesCell(row['SpanAttributes']),
      resource: attributesCell(row['ResourceAttributes']),
    },
  ];
}

function seriesOf(rows: readonly Row[]): Series[] {
  const samples = rows.flatMap((row) => {
    const time = timeCell(row['timestamp']);
    const value = Number(row['value']);
    if (time === null || !Number.isFinite(value)) return [];
    const labels = { __name__: row['metric_name'] ?? '', ...attributesCell(row['tags']) };
    return [{ key: canonicalJson(labels), labels, sample: [time, value] as const }];
  });
  return [...Map.groupBy(samples, ({ key }) => key).values()].flatMap((group) => {
    const [first] = group;
    return first
      ? [{ labels: first.labels, samples: group.map(({ sample }) => sample).sort(([left], [right]) => left - right) }]
      : [];
  });
}
