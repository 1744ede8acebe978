import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { numericColumn, readRows } from './csv.ts';
import { type TelemetryCase, workloadSeries } from './telemetry-case.ts';

const METRICS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  latency: {
    p50: 'workload:latency_p50:seconds',
    p90: 'workload:latency_p95:seconds',
    p95: 'workload:latency_p95:seconds',
    p99: 'workload:latency_p99:seconds',
  },
  requests: { sum: 'workload:request_rate:rate' },
  availability: { average: 'workload:success_ratio' },
};

interface Target {
  readonly target: { readonly node: string; readonly metric: string; readonly timestamp?: string };
  readonly root_cause: { readonly node: string; readonly metric: string };
}

/**
 * The layout of Petshop: `<scenario>/graph.csv` (an adjacency matrix of services), `<scenario>/noissue/metrics.csv`, and an issue a folder
 * under `<scenario>/{train,test}/` with `metrics.csv` (three header rows: service, metric, statistic) and `target.json`.
 */
export function* readPetshop(directory: string): Generator<TelemetryCase> {
  for (const scenario of readdirSync(directory).sort()) {
    const base = join(directory, scenario);
    const graph = join(base, 'graph.csv');
    if (!existsSync(graph)) continue;
    const calls = callsOf(graph);
    const normal = join(base, 'noissue', 'metrics.csv');
    for (const split of ['train', 'test'].filter((name) => existsSync(join(base, name))))
      for (const fault of faultsIn(join(base, split)))
        yield readFault({ folder: join(base, split, fault), normal, calls, id: `${scenario}/${split}/${fault}` });
  }
}

function faultsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((fault) => existsSync(join(folder, fault, 'target.json')))
    .sort();
}

interface FaultFolder {
  readonly folder: string;
  readonly normal: string;
  readonly calls: readonly (readonly [string, string])[];
  readonly id: string;
}

function readFault({ folder, normal, calls, id }: FaultFolder): TelemetryCase {
  const { target, root_cause: root } = readTarget(join(folder, 'target.json'));
  const during = tableOf(join(folder, 'metrics.csv'));
  const before = existsSync(normal) ? tableOf(normal) : [];
  const first = Math.min(...during.flatMap(({ samples }) => samples.map(([time]) => time)));
  const last = Math.max(...during.flatMap(({ samples }) => samples.map(([time]) => time)));
  const series = joined(before, during, first);
  return {
    id,
    group: target.metric,
    services: [...new Set(calls.flat())].sort(),
    calls,
    injected: first,
    now: last,
    series,
    spans: [],
    logs: [],
    truth: root.node,
    target: target.node,
  };
}

function readTarget(file: string): Target {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Target;
  } catch (error) {
    throw new AppError('invalid', `${file} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

// A cell of row A and column B that is not 0 says that A calls B.
function callsOf(file: string): (readonly [string, string])[] {
  const [[, ...callees] = [], ...rows] = readRows(file);
  return rows.flatMap(([caller = '', ...cells]) =>
    cells.flatMap((cell, index) => (Number(cell) > 0 ? [[caller, callees[index] ?? ''] as const] : [])),
  );
}

function tableOf(file: string): Series[] {
  const rows = readRows(file);
  const [services = [], metrics = [], statistics = []] = rows;
  const data = rows.slice(3).filter(([stamp]) => stamp && parseStamp(stamp) !== null);
  const times = data.map(([stamp = '']) => parseStamp(stamp) ?? Number.NaN);
  return services.flatMap((service, index) => {
    const metric = METRICS[(metrics[index] ?? '').toLowerCase()]?.[(statistics[index] ?? '').toLowerCase()];
    const scale = metric === 'workload:success_ratio' ? 0.01 : metric === 'workload:request_rate:rate' ? 1 / 300 : 1;
    const samples = metric
      ? numericColumn(data, index, times).map(([time, value]) => [time, value * scale] as const)
      : [];
    return metric && samples.length > 0 ? [workloadSeries(metric, service, samples)] : [];
  });
}

function parseStamp(stamp: string): number | null {
  const seconds = Number(stamp);
  return Number.isFinite(seconds) && stamp !== '' ? seconds * 1000 : parseTime(stamp.replace(' ', 'T'));
}

// The quiet period was recorded on another day: it is moved to just before the issue, as its baseline.
function joined(before: readonly Series[], during: readonly Series[], first: number): Series[] {
  const key = ({ labels }: Series): string => JSON.stringify(labels);
  const quiet = new Map(before.map((series) => [key(series), series.samples]));
  return during.map((series) => {
    const samples = quiet.get(key(series)) ?? [];
    const end = samples.at(-1)?.[0] ?? 0;
    const moved = samples.map(([time, value]) => [time - end + first - 300_000, value] as const);
    return { ...series, samples: [...moved, ...series.samples] };
  });
}
