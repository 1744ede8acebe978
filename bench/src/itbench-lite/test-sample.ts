import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatTime, type Millis } from '@headwater/core/time.ts';
import type { World } from '@headwater/testkit/world/world.ts';
import { stringify } from 'yaml';

/** Writes a made world as a scenario folder, with the truth that one object is the root cause of what one Service's users feel. */
export function writeSample(
  folder: string,
  world: World,
  root: { readonly kind: string; readonly namespace: string; readonly name: string },
): void {
  const write = (path: string, text: string): void => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const { now } = world.scene;
  write(
    `alerts/alerts_at_${formatTime(now).replaceAll(':', '_')}.json`,
    JSON.stringify({ data: { alerts: world.alerts.map(alertOf) } }),
  );
  write(
    'k8s_events_raw.tsv',
    table(
      ['Timestamp', 'Body'],
      world.events.map((event) => [stamp(now), JSON.stringify({ object: event })]),
    ),
  );
  const versions = [
    ...world.journal.map(({ observedAt, object }) => [stamp(observedAt), JSON.stringify(object)]),
    ...world.objects.map((object) => [stamp(now), JSON.stringify(object)]),
  ];
  write('k8s_objects_raw.tsv', table(['Timestamp', 'Body'], versions));
  write(
    'otel_logs_raw.tsv',
    table(['Timestamp', 'SeverityText', 'ServiceName', 'Body', 'ResourceAttributes'], logRows(world)),
  );
  write(
    'otel_traces_raw.tsv',
    table(
      [
        'Timestamp',
        'TraceId',
        'SpanId',
        'ParentSpanId',
        'ServiceName',
        'SpanName',
        'SpanKind',
        'Duration',
        'StatusCode',
        'StatusMessage',
        'SpanAttributes',
        'ResourceAttributes',
      ],
      world.traces.map((span) => [
        stamp(span.start),
        span.traceId,
        span.spanId,
        span.parentSpanId ?? '',
        span.service,
        span.name,
        span.kind,
        String(span.durationMs * 1_000_000),
        span.error ? 'Error' : 'Ok',
        span.statusMessage,
        pythonDict(span.attributes),
        pythonDict(span.resource),
      ]),
    ),
  );
  const samples = world.metrics.flatMap(({ labels: { __name__, ...labels }, samples: points }) =>
    points.map(([time, value]) => [stamp(time), __name__ ?? '', String(value), pythonDict(labels)]),
  );
  write('metrics/pod_all_raw.tsv', table(['timestamp', 'metric_name', 'value', 'tags'], samples));
  const group = { id: 'root', kind: root.kind, namespace: root.namespace, name: root.name, root_cause: true };
  write(
    'ground_truth.yaml',
    stringify({
      spec: {
        alerts: [],
        groups: [group],
        fault: [{ category: 'Change', condition: 'made', entity: { group_id: 'root' }, fault_mechanism: 'made' }],
        aliases: [],
        propagations: [],
      },
    }),
  );
}

function alertOf({ labels, annotations, startsAt, endsAt }: World['alerts'][number]): object {
  return {
    labels,
    annotations,
    state: endsAt === null ? 'firing' : 'resolved',
    activeAt: formatTime(startsAt),
    value: '1e+00',
  };
}

function logRows({ logs, scene }: World): string[][] {
  return logs.flatMap(({ namespace, pod, container, lines }) =>
    lines.map((line) => {
      const [, time, text] = /^(\S+Z) (.*)$/s.exec(line) ?? [];
      const resource = pythonDict({
        'k8s.namespace.name': namespace,
        'k8s.pod.name': pod,
        'k8s.container.name': container,
      });
      return [time ?? stamp(scene.now), 'INFO', container, text ?? line, resource];
    }),
  );
}

// The collector's table writes times with a space and nanoseconds.
function stamp(time: Millis): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', '000000');
}

function pythonDict(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `'${key}': '${value.replaceAll("'", String.raw`\'`)}'`);
  return `{${pairs.join(', ')}}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string): string => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${[header, ...rows].map((row) => row.map(cell).join('\t')).join('\n')}\n`;
}
