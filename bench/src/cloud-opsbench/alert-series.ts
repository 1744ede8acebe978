import { parseTime } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';

interface Summary {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly time_range?: unknown;
  readonly evidence?: unknown;
}

// What an evidence line is about, by its words, as the recording-rule name and the factor to its unit.
const SERVICE_LINES: readonly (readonly [RegExp, string, number])[] = [
  [/p50latency/, 'workload:latency_p50:seconds', 0.001],
  [/p9\dlatency/, 'workload:latency_p95:seconds', 0.001],
  [/Success Rate/, 'workload:success_ratio', 0.01],
  [/\[RPS\]/, 'workload:request_rate:rate', 1],
  [/\[cpu core\]/, 'workload:cpu_usage:cores', 1],
  [/Inbound|Network Drop/, 'workload:network_receive:bytes', 1],
];
const NODE_LINES: readonly (readonly [RegExp, string, number])[] = [
  [/Retransmission/, 'node:tcp_retransmits:rate', 1],
  [/cpu utilization/, 'node:cpu_usage:ratio', 0.01],
];
const STEP_MS = 5000;
const SAMPLES_BEFORE = 12;

/** Levels an alert states (`Normal=… -> Current=…`) as series with that step: all there is when a case has no metrics table. */
export function alertSeries(alert: unknown, namespace: string, zone: string): Series[] {
  const { alerts } = (alert ?? {}) as { alerts?: readonly (Summary | null)[] };
  return (Array.isArray(alerts) ? alerts : []).flatMap((one: Summary | null) =>
    one ? seriesOf(one, namespace, zone) : [],
  );
}

function seriesOf({ type, name, time_range, evidence }: Summary, namespace: string, zone: string): Series[] {
  if (typeof name !== 'string' || typeof time_range !== 'string' || !Array.isArray(evidence)) return [];
  const [from, to] = time_range.split(' ~ ').map((stamp) => parseTime(`${stamp.replace(' ', 'T')}${zone}`));
  if (!from || !to) return [];
  const isNode = type === 'Node';
  const labels: Record<string, string> = isNode ? { node: name } : { namespace, workload: name };
  const parts = evidence.flatMap((line) => linesOf(String(line)));
  const found = parts.flatMap((part) => {
    const rule = (isNode ? NODE_LINES : SERVICE_LINES).find(([pattern]) => pattern.test(part));
    const levels = /Normal=([\d.]+)\D*? -> Cur(?:rent)?=([\d.]+)/.exec(part);
    return rule && levels
      ? [{ metric: rule[1], before: Number(levels[1]) * rule[2], after: Number(levels[2]) * rule[2] }]
      : [];
  });
  const unique = new Map(found.map((one) => [one.metric, one]));
  return [...unique.values()].map(({ metric, before, after }) => ({
    labels: { __name__: metric, ...labels },
    samples: step(before, after, { from, to }),
  }));
}

// `HEAD [what] | first: Normal=… | second: Normal=…`: every part keeps the head's words.
function linesOf(line: string): string[] {
  const [head = '', ...rest] = line.split(' | ');
  return rest.map((part) => `${head} ${part}`);
}

function step(before: number, after: number, { from, to }: { from: number; to: number }): [number, number][] {
  const samples: [number, number][] = [];
  for (let index = SAMPLES_BEFORE; index >= 1; index--) samples.push([from - index * STEP_MS, before]);
  for (let time = from; time <= to; time += STEP_MS) samples.push([time, after]);
  return samples;
}
