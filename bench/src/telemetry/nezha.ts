import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import type { LogStream, Series, Span } from '@headwater/diagnosis/snapshot/input.ts';
import { numericColumn, readRecords, readRows } from './csv.ts';
import { NAMESPACE, type TelemetryCase } from './telemetry-case.ts';

interface Fault {
  readonly inject_time: string;
  readonly inject_timestamp: string | number;
  readonly inject_pod: string;
  readonly inject_type: string;
}

// A fault lasts about three minutes; faults of one hour stand a few minutes apart.
const BEFORE = 6 * MINUTE;
const AFTER = 3 * MINUTE;

const METRICS: readonly (readonly [string, string, number])[] = [
  ['CpuUsage(m)', 'container:cpu:cores', 0.001],
  ['MemoryUsage(Mi)', 'container:memory:bytes', 2 ** 20],
  ['PodServerLatencyP95(s)', 'workload:latency_p95:seconds', 1],
  ['PodWorkload(Ops)', 'workload:request_rate:rate', 1],
  ['PodSuccessRate(%)', 'workload:success_ratio', 0.01],
  ['NetworkReceiveBytes', 'workload:network_receive:bytes', 1],
  ['NetworkTransmitBytes', 'workload:network_transmit:bytes', 1],
];
const NAMES: Readonly<Record<string, string>> = {
  'container:cpu:cores': 'workload:cpu_usage:cores',
  'container:memory:bytes': 'workload:memory:bytes',
};

/**
 * The layout of Nezha: `<day>/<day>-fault_list.json` (hour to faults), `<day>/metric/<pod>_metric.csv`, and minute files
 * `<day>/{trace,log}/HH_MM_{trace,log}.csv`.
 */
export function* readNezha(directory: string): Generator<TelemetryCase> {
  for (const day of readdirSync(directory).sort()) {
    const list = join(directory, day, `${day}-fault_list.json`);
    if (!existsSync(list)) continue;
    for (const fault of Object.values(readFaults(list)).flat()) yield readCase(join(directory, day), day, fault);
  }
}

function readFaults(file: string): Record<string, Fault[]> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, Fault[]>;
  } catch (error) {
    throw new AppError('invalid', `${file} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

function readCase(folder: string, day: string, fault: Fault): TelemetryCase {
  const injected = Number(fault.inject_timestamp) * SECOND;
  const near = (time: number): boolean => time >= injected - BEFORE && time < injected + AFTER;
  const minutes = minutesOf(fault.inject_time);
  const files = readdirSync(join(folder, 'metric')).filter((name) => name.endsWith('_metric.csv'));
  const pods = new Map(files.map((name) => name.replace('_metric.csv', '')).map((pod) => [pod, serviceOf(pod)]));
  return {
    id: `${day}/${fault.inject_time}`,
    group: fault.inject_type,
    services: [...new Set(pods.values())].sort(),
    pods,
    injected,
    now: injected + AFTER,
    series: files.flatMap((name) => seriesOf(join(folder, 'metric', name), name.replace('_metric.csv', ''), near)),
    spans: minutes
      .flatMap((minute) => spansOf(join(folder, 'trace', `${minute}_trace.csv`)))
      .filter(({ start }) => near(start)),
    logs: logsOf(
      minutes.map((minute) => join(folder, 'log', `${minute}_log.csv`)),
      near,
    ),
    truth: serviceOf(fault.inject_pod),
  };
}

/** `HH_MM` of every minute around the injection, by the data set's own clock. */
function minutesOf(injectTime: string): string[] {
  const [, hour = '0', minute = '0'] = /(\d{2}):(\d{2})(?::\d{2})?$/.exec(injectTime.trim()) ?? [];
  const start = Number(hour) * 60 + Number(minute) - BEFORE / MINUTE;
  return Array.from({ length: (BEFORE + AFTER) / MINUTE + 1 }, (_, index) => {
    const at = start + index;
    return `${String(Math.floor(at / 60)).padStart(2, '0')}_${String(at % 60).padStart(2, '0')}`;
  });
}

// A Deployment's Pod is its name, the hash of its template and five letters.
function serviceOf(pod: string): string {
  return pod.replace(/-[a-z0-9]{6,10}-[a-z0-9]{5}$/, '');
}

function seriesOf(file: string, pod: string, near: (time: number) => boolean): Series[] {
  const [header = [], ...rows] = readRows(file);
  const clock = header.indexOf('TimeStamp');
  if (clock < 0) throw new AppError('invalid', `${file}: expected a column TimeStamp with seconds since 1970`);
  const kept = rows.filter((row) => near(Number(row[clock]) * SECOND));
  const times = kept.map((row) => Number(row[clock]) * SECOND);
  return METRICS.flatMap(([column, metric, factor]) => {
    const samples = numericColumn(kept, header.indexOf(column), times).map(
      ([time, value]) => [time, value * factor] as const,
    );
    const name = NAMES[metric] ?? metric;
    return samples.length === 0 ? [] : [{ labels: { __name__: name, namespace: NAMESPACE, pod }, samples }];
  });
}

function spansOf(file: string): Span[] {
  if (!existsSync(file)) return [];
  return readRecords(file).map((row): Span => {
    const pod = row['PodName'] ?? '';
    const start = Number(row['StartTimeUnixNano']) / 1_000_000;
    return {
      traceId: row['TraceID'] ?? '',
      spanId: row['SpanID'] ?? '',
      parentSpanId: /^(?:|root)$/i.test(row['ParentID'] ?? '') ? null : (row['ParentID'] ?? null),
      service: serviceOf(pod),
      name: row['OperationName'] ?? '',
      kind: 'server',
      start,
      durationMs: Number(row['EndTimeUnixNano']) / 1_000_000 - start,
      error: false,
      statusMessage: '',
      attributes: {},
      resource: { 'k8s.namespace.name': NAMESPACE, 'k8s.pod.name': pod },
    };
  });
}

function logsOf(files: readonly string[], near: (time: number) => boolean): LogStream[] {
  const digesters = new Map<string, LogDigester>();
  for (const row of files.filter((file) => existsSync(file)).flatMap(readRecords)) {
    const pod = row['PodName'] ?? '';
    const time = Number(row['TimeUnixNano']) / 1_000_000;
    if (pod === '' || !near(time)) continue;
    const digester =
      digesters.get(pod) ?? new LogDigester({ namespace: NAMESPACE, pod, container: 'main', previous: false });
    digesters.set(pod, digester);
    digester.push(`${new Date(time).toISOString()} ${messageIn(row['Log'] ?? '')}`);
  }
  return [...digesters.values()].map((digester) => digester.finish());
}

// The container runtime wrapped what the program said.
function messageIn(text: string): string {
  const inner = /"log"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return inner === undefined ? text : inner.replace(/\\n$/, '').replaceAll('\\"', '"');
}
