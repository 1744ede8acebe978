import { parseTime } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';

// Column suffixes of the table, as the recording-rule names the engine knows.
const WORKLOAD_METRICS: Readonly<Record<string, string>> = {
  cpu: 'workload:cpu_usage:cores',
  mem: 'workload:memory:bytes',
  cpu_cfs: 'workload:cpu_throttled:seconds',
  rps: 'workload:request_rate:rate',
  success_rate: 'workload:success_ratio',
  network_receive: 'workload:network_receive:bytes',
  network_transmit: 'workload:network_transmit:bytes',
  p50latency: 'workload:latency_p50:seconds',
  p90latency: 'workload:latency_p95:seconds',
  p95latency: 'workload:latency_p95:seconds',
  p99latency: 'workload:latency_p95:seconds',
};
const NODE_METRICS: Readonly<Record<string, string>> = {
  cpu: 'node:cpu_usage:ratio',
  mem: 'node:memory_usage:ratio',
  tcp_retans: 'node:tcp_retransmits:rate',
};

export interface TableContext {
  readonly namespace: string;
  readonly nodes: ReadonlySet<string>;
  /** Databases, caches and queues. */
  readonly data?: ReadonlySet<string>;
  /** Such as `+08:00`; the table's times carry no zone. */
  readonly zone: string;
}

/** The metrics table (first column `time`, then `<workload or node>-<metric>`) as series; latencies become seconds. */
export function parseMetricsCsv(csv: string, context: TableContext): Series[] {
  const [header = '', ...rows] = csv
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/);
  const cells = rows.map((row) => row.split(','));
  const columns = header.split(',').map((column) => column.trim().replace(/^"(.*)"$/, '$1'));
  // Only Nodes are asked for their retransmissions.
  const nodes = new Set([
    ...context.nodes,
    ...columns.flatMap((column) => /^(.*)-tcp_retans$/.exec(column)?.[1] ?? []),
  ]);
  const times = cells.map(([stamp = '']) => parseTime(`${stamp.replace(' ', 'T')}${context.zone}`));
  return columns.flatMap((column, index) => {
    const match = /^(.*)-([a-z0-9_]+)$/.exec(column);
    const name = match?.[1] ?? '';
    const suffix = match?.[2] ?? '';
    const isNode = nodes.has(name);
    const metric = (isNode ? NODE_METRICS : WORKLOAD_METRICS)[suffix];
    if (!metric) return [];
    // Latencies are in milliseconds, Node use in percent.
    const scale = suffix.endsWith('latency') ? 0.001 : isNode && suffix !== 'tcp_retans' ? 0.01 : 1;
    const samples = times.flatMap((time, row) => {
      const text = cells[row]?.[index] ?? '';
      const value = Number(text);
      return time === null || text === '' || !Number.isFinite(value) ? [] : [[time, value * scale] as const];
    });
    const labels: Record<string, string> = isNode ? { node: name } : { namespace: context.namespace, workload: name };
    // Nothing takes no time at all. Data services speak no protocol the mesh can count; others without requests are idle.
    const unmeasured = suffix.endsWith('latency') || (suffix === 'rps' && context.data?.has(name));
    if (unmeasured && samples.every(([, value]) => value === 0)) return [];
    return samples.length === 0 ? [] : [{ labels: { __name__: metric, ...labels }, samples }];
  });
}
