import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import type { Series } from '@headwater/diagnosis/snapshot/input.ts';
import type { Plan } from './plan.ts';
import type { RealPod } from './realise.ts';
import type { Scene } from './scene.ts';

/** A value over time. */
export type Shape = (time: Millis) => number;

const STEP = MINUTE;
const RECORDED = 45 * MINUTE;

function sampleTimes(scene: Scene): Millis[] {
  const times: Millis[] = [];
  for (let time = Math.floor(scene.now / STEP) * STEP; time >= scene.zero - RECORDED; time -= STEP) times.unshift(time);
  return times;
}

/** A gauge; values keep five significant digits. */
export function gauge(scene: Scene, name: string, labels: Readonly<Record<string, string>>, shape: Shape): Series {
  const samples = sampleTimes(scene).map((time) => [time, round(shape(time))] as const);
  return { labels: { __name__: name, ...labels }, samples };
}

export interface Growth {
  /** Per second. */
  readonly rate: Shape;
  /** When the process started again: the counter is zero there. */
  readonly resets?: readonly Millis[];
}

/** A counter that starts again from zero at each reset. */
export function counter(scene: Scene, name: string, labels: Readonly<Record<string, string>>, growth: Growth): Series {
  const { rate, resets = [] } = growth;
  const age = scene.random.int(`counter/${name}/${JSON.stringify(labels)}`, 20_000, 90_000);
  let value = Math.abs(round(rate(scene.zero - 2 * RECORDED))) * age;
  let before: Millis | undefined;
  const samples = sampleTimes(scene).map((time) => {
    const from = before ?? time;
    const reset = resets.findLast((at) => at > from && at <= time);
    value =
      reset === undefined ? value + (rate(time) * (time - from)) / SECOND : (rate(time) * (time - reset)) / SECOND;
    before = time;
    return [time, round(Math.max(0, value), 9)] as const;
  });
  return { labels: { __name__: name, ...labels }, samples };
}

function round(value: number, digits = 5): number {
  return Number(value.toPrecision(digits));
}

/** A level with a little noise. */
export function steady(scene: Scene, key: string, level: number, noise = 0.05): Shape {
  return (time) => level * (1 + noise * (2 * scene.random.number(`noise/${key}/${time}`, 0, 1) - 1));
}

/** One shape until the fault begins, another while it lasts, the first again once it is repaired. */
export function during(scene: Scene, since: Millis, shapes: { readonly normal: Shape; readonly faulty: Shape }): Shape {
  const until = scene.repaired ? scene.repairedAt + 45 * SECOND : Number.POSITIVE_INFINITY;
  return (time) => (time >= since && time < until ? shapes.faulty(time) : shapes.normal(time));
}

/** Grows in a straight line from one value at `from` to another at `to`, and stays. */
export function ramp(from: Millis, to: Millis, values: readonly [number, number]): Shape {
  return (time) => {
    const share = Math.min(1, Math.max(0, (time - from) / (to - from)));
    return values[0] + (values[1] - values[0]) * share;
  };
}

/** The labels cAdvisor puts on a container's series. */
export function containerLabels(
  pod: RealPod,
  container = pod.frame.spec.containers[0]?.name ?? '',
): Record<string, string> {
  return { container, namespace: pod.namespace, node: pod.frame.node.name, pod: pod.name };
}

/** CPU and memory of a pod's main container: cores and bytes. */
export function usage(
  scene: Scene,
  pod: RealPod,
  use: { readonly cores: Shape; readonly bytes: Shape; readonly resets?: readonly Millis[] },
): Series[] {
  const labels = containerLabels(pod);
  const alive =
    (shape: Shape): Shape =>
    (time) =>
      time < pod.frame.created ? 0 : shape(time);
  return [
    counter(scene, 'container_cpu_usage_seconds_total', labels, { rate: alive(use.cores), resets: use.resets ?? [] }),
    gauge(scene, 'container_memory_working_set_bytes', labels, alive(use.bytes)),
  ].map((series) => ({ ...series, samples: series.samples.filter(([time]) => time >= pod.frame.created) }));
}

export interface TrafficOptions {
  /** Requests per second of one pod. */
  readonly rate: Shape;
  /** Share answered with 5xx; default none. */
  readonly errors?: Shape;
  /** Mean seconds per request. */
  readonly seconds?: Shape;
  readonly errorCode?: string;
}

/** A pod's own request counters: `http_requests_total` by code and the sum and count of durations. */
export function traffic(scene: Scene, pod: RealPod, options: TrafficOptions): Series[] {
  const { rate, errors = () => 0, seconds = () => 0.02 } = options;
  const labels = { job: pod.workload.name, namespace: pod.namespace, pod: pod.name, service: pod.workload.name };
  const resets = pod.frame.created > scene.zero - 60 * MINUTE ? [pod.frame.created] : [];
  const kept = (series: Series): Series => ({
    ...series,
    samples: series.samples.filter(([time]) => time >= pod.frame.created),
  });
  const count = (name: string, growth: Shape, code?: string): Series =>
    kept(counter(scene, name, code ? { ...labels, code } : labels, { rate: growth, resets }));
  return [
    count('http_requests_total', (time) => rate(time) * (1 - errors(time)), '200'),
    count('http_requests_total', (time) => rate(time) * errors(time), options.errorCode ?? '500'),
    count('http_request_duration_seconds_sum', (time) => rate(time) * seconds(time)),
    count('http_request_duration_seconds_count', rate),
  ];
}

/** Adds series to a plan and notes that metrics were recorded. */
export function addMetrics(plan: Plan, ...series: readonly (Series | readonly Series[])[]): void {
  plan.metrics.push(...series.flat());
  plan.sources.metrics = 'present';
}
