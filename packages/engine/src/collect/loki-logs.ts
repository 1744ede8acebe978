import { lokiTime } from '@headwater/contracts/telemetry/loki.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { compareText } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import { streamKey } from '@headwater/diagnosis/logs/index-logs.ts';
import type { LogStream } from '@headwater/diagnosis/snapshot/input.ts';
import type { LogIdentity, LokiStream } from '../ports/recording.ts';

/** Kinds of labels by which shippers name the Pod of a line. */
export type LokiLabel = keyof typeof NAMES;

/** The label of a kind that a store has; the usual one when it does not tell which it has. */
export function lokiLabel(kind: LokiLabel, known: ReadonlySet<string> | null): string | null {
  return known === null ? NAMES[kind][0] : (NAMES[kind].find((name) => known.has(name)) ?? null);
}

/** The label names the common shippers (promtail, alloy, fluent-bit, the OpenTelemetry collector) use for one thing. */
const NAMES = {
  namespace: [
    'namespace',
    'k8s_namespace_name',
    'kubernetes_namespace_name',
    'kubernetes_namespace',
    'service_namespace',
  ],
  pod: ['pod', 'k8s_pod_name', 'kubernetes_pod_name', 'pod_name', 'app', 'service_name', 'job'],
  container: ['container', 'k8s_container_name', 'kubernetes_container_name', 'container_name'],
} as const;

interface Entry {
  readonly time: string;
  readonly line: string;
  readonly stream: string;
  readonly index: number;
}

/**
 * Loki's lines as container logs, in time order, none after `now`. Containers whose log was read from the node (`known`) are left
 * out: that copy is nearer to the source.
 */
export function lokiLogs(streams: readonly LokiStream[], known: ReadonlySet<string>, now: Millis): LogStream[] {
  // Lines that no label ties to a Pod belong to nobody we could name.
  const tied = streams.filter(({ labels }) => identityOf(labels).pod !== '');
  const groups = Map.groupBy(tied, ({ labels }) => streamKey(identityOf(labels)));
  const keys = [...groups.keys()].filter((key) => !known.has(key)).sort(compareText);
  return keys.map((key) => {
    const group = groups.get(key) ?? [];
    const digester = new LogDigester(identityOf(group[0]?.labels ?? {}), { now });
    for (const { time, line } of orderedEntries(group, now)) digester.push(`${lokiTime(time)} ${line}`);
    return digester.finish();
  });
}

function identityOf(labels: Readonly<Record<string, string>>): LogIdentity {
  const first = (names: readonly string[]): string => {
    const name = names.find((candidate) => labels[candidate]);
    return name === undefined ? '' : (labels[name] ?? '');
  };
  return {
    namespace: first(NAMES.namespace),
    pod: first(NAMES.pod),
    container: first(NAMES.container),
    previous: false,
  };
}

function orderedEntries(streams: readonly LokiStream[], now: Millis): Entry[] {
  const limit = `${now}000000`;
  const unique = new Map<string, Entry>();
  for (const { labels, entries } of streams) {
    const stream = canonicalJson(labels);
    const backward = compareTimes(entries[0]?.[0] ?? '0', entries.at(-1)?.[0] ?? '0') > 0;
    for (const [index, [time, line]] of (backward ? entries.toReversed() : entries).entries()) {
      if (compareTimes(time, limit) > 0) continue;
      // Overlapping queries return the same line twice.
      const id = `${time} ${stream} ${line}`;
      if (!unique.has(id)) unique.set(id, { time, line, stream, index });
    }
  }
  return [...unique.values()].sort(
    (left, right) =>
      compareTimes(left.time, right.time) ||
      compareText(left.stream, right.stream) ||
      left.index - right.index ||
      compareText(left.line, right.line),
  );
}

// Nanoseconds do not fit a number: longer is later, equal length compares as text.
function compareTimes(left: string, right: string): number {
  return left.length - right.length || compareText(left, right);
}
