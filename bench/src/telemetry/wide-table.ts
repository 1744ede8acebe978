import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import { numericColumn } from './csv.ts';
import { workloadSeries } from './telemetry-case.ts';

/** A column suffix of the data sets, the series it becomes, and what its values are multiplied by. */
const SUFFIXES: readonly (readonly [RegExp, string, number])[] = [
  [/^(?:istio-)?lat(?:ency)?[-_]?50$/i, 'workload:latency_p50:seconds', 1],
  [/^(?:istio-)?lat(?:ency)?[-_]?(?:90|95|99)$/i, 'workload:latency_p95:seconds', 1],
  [/^(?:latency|lat)$/i, 'workload:latency_p95:seconds', 1],
  [/^(?:ctn_)?cpu|container-cpu-usage-seconds-total$/i, 'workload:cpu_usage:cores', 1],
  [/^(?:ctn_)?mem(?:ory)?|container-memory-working-set-bytes$/i, 'workload:memory:bytes', 1],
  [/^(?:load|workload|istio-request-total|requests?)$/i, 'workload:request_rate:rate', 1],
  [/^(?:error|istio-error-total|errors?)$/i, 'workload:error_ratio', 1],
  [/^(?:diskio|disk|container-fs-writes-bytes-total)$/i, 'workload:disk_io:bytes', 1],
  [/^(?:socket|sockets|container-sockets)$/i, 'workload:sockets:count', 1],
  [/^container-network-receive-bytes-total$/i, 'workload:network_receive:bytes', 1],
  [/^container-network-transmit-bytes-total$/i, 'workload:network_transmit:bytes', 1],
];

/** The columns `<service>_<metric>` of a wide table as series, and the services they name. */
export function wideTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  times: readonly number[],
): { services: string[]; series: Series[] } {
  const services = new Set<string>();
  const series = header.flatMap((column, index) => {
    const match = /^(.+?)_(.+)$/.exec(column);
    const [, service = '', suffix = ''] = match ?? [];
    const rule = SUFFIXES.find(([pattern]) => pattern.test(suffix));
    if (!rule) return [];
    const [, metric, factor] = rule;
    const samples = numericColumn(rows, index, times).map(([time, value]) => [time, value * factor] as const);
    if (samples.length === 0) return [];
    services.add(service);
    return [workloadSeries(metric, service, samples)];
  });
  return { services: [...services].sort(), series };
}
