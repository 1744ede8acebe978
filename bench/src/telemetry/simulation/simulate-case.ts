import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import { quantile } from '@headwater/diagnosis/metrics/robust.ts';
import type { LogStream, Series, Span } from '@headwater/diagnosis/snapshot/input.ts';
import { seeded } from '../../seeded.ts';
import { NAMESPACE, type TelemetryCase, workloadSeries } from '../telemetry-case.ts';
import { faulty, HEALTHY, type Simulated, type State } from './faults.ts';
import { type Call, type CallGraph, normal, randomGraph } from './graph.ts';

const STEP = 10 * SECOND;
const BEFORE = 72;
const AFTER = 30;
const REQUESTS_A_STEP = 14;
// One request in so many is traced, as collectors sample.
const SAMPLED = 4;
const RETRANSMIT = 200;
const GIVE_UP = 0.12;
const START = Date.UTC(2026, 0, 1, 10);

interface Tick {
  readonly durations: number[];
  failed: number;
  sent: number;
  resent: number;
}

interface World {
  readonly random: () => number;
  readonly graph: CallGraph;
  readonly origin: number;
  readonly state: (service: number, at: number) => State;
  readonly ticks: readonly (readonly Tick[])[];
  readonly spans: Span[];
  readonly digesters: readonly LogDigester[];
}

interface Answer {
  readonly ms: number;
  readonly failed: boolean;
}

/** A case on a random call graph of 10 to 40 services: metrics of every service, and sampled traces and logs. */
export function simulatedCase(fault: Simulated, seed: number): TelemetryCase {
  const random = seeded(seed * 7919 + fault.length * 104_729 + fault.charCodeAt(0));
  const graph = randomGraph(seed, 10 + Math.floor(random() * 31));
  const origin = graph.used[Math.floor(random() * graph.used.length)] ?? 0;
  const strength = random();
  const state = (service: number, at: number): State =>
    service === origin && at >= BEFORE ? faulty(fault, strength, ((at - BEFORE) * STEP) / SECOND) : HEALTHY;
  const world: World = {
    random,
    graph,
    origin,
    state,
    ticks: Array.from({ length: BEFORE + AFTER }, () =>
      graph.services.map(() => ({ durations: [], failed: 0, sent: 0, resent: 0 })),
    ),
    spans: [],
    digesters: graph.services.map(
      (name) => new LogDigester({ namespace: NAMESPACE, pod: `${name}-0`, container: 'main', previous: false }),
    ),
  };
  for (let at = 0; at < BEFORE + AFTER; at++) play(world, at);
  return {
    id: `${fault}/${seed}`,
    group: fault,
    services: graph.services,
    calls: edgesOf(graph),
    injected: START + BEFORE * STEP,
    now: START + (BEFORE + AFTER) * STEP,
    series: seriesOf(world),
    spans: world.spans,
    logs: world.digesters.map((digester): LogStream => digester.finish()),
    truth: graph.services[origin] ?? '',
    target: graph.services[0] ?? '',
  };
}

function play(world: World, at: number): void {
  const { random, graph } = world;
  for (let index = 0; index < REQUESTS_A_STEP; index++) {
    const request = graph.requests[Math.floor(random() * graph.requests.length)];
    if (!request) continue;
    const start = START + at * STEP + Math.floor((index * STEP) / REQUESTS_A_STEP);
    const traceId = index % SAMPLED === 0 ? `t${at}-${index}` : null;
    serve(world, { call: request, at, start, traceId, parent: null, id: '0' });
  }
  for (const [service, name] of graph.services.entries())
    if (random() < 0.3) world.digesters[service]?.push(`${iso(START + at * STEP)} INFO ${name} served requests`);
}

interface Serving {
  readonly call: Call;
  readonly at: number;
  readonly start: number;
  readonly traceId: string | null;
  readonly parent: string | null;
  readonly id: string;
}

function serve(world: World, { call, at, start, traceId, parent, id }: Serving): Answer {
  const { random, graph, ticks, digesters } = world;
  const { service, calls } = call;
  const state = world.state(service, at);
  const tick = ticks[at]?.[service];
  let ms = (graph.own[service] ?? 5) * Math.exp(normal(random) * 0.25) * state.slower;
  let failed = random() < state.fails;
  if (failed && state.logs)
    digesters[service]?.push(`${iso(start)} ERROR NullPointerException: order has no total in handler ${service}`);
  if (failed) ms *= 0.6;
  // A program that fails early makes no calls.
  for (const [index, next] of failed ? [] : calls.entries()) {
    const client = `${id}.${index}`;
    const begun = start + ms;
    const wire = wireTime(world, { from: service, to: next.service, at });
    const answer = wire.gaveUp
      ? { ms: 0, failed: true }
      : serve(world, { call: next, at, start: begun + wire.ms / 2, traceId, parent: client, id: `${client}s` });
    const waited = answer.ms + wire.ms;
    ms += waited;
    emit(world, {
      traceId,
      spanId: client,
      parent: id,
      service,
      kind: 'client',
      start: begun,
      peer: graph.services[next.service] ?? '',
      ms: waited,
      failed: answer.failed,
    });
    if (!answer.failed) continue;
    // Some callers do without what they did not get.
    if (random() < 0.2) continue;
    if (random() < 0.5)
      digesters[service]?.push(
        `${iso(begun + waited)} ERROR call to ${graph.services[next.service]} failed: upstream 500`,
      );
    failed = true;
    break;
  }
  if (tick) {
    tick.durations.push(ms);
    if (failed) tick.failed++;
  }
  emit(world, { traceId, spanId: id, parent, service, kind: 'server', start, ms, failed });
  return { ms, failed };
}

function wireTime(
  world: World,
  { from, to, at }: { from: number; to: number; at: number },
): { readonly ms: number; readonly gaveUp: boolean } {
  const { random, ticks } = world;
  let ms = 0.4 + random() * 0.4;
  let gaveUp = false;
  for (const end of [from, to]) {
    const { late, lost } = world.state(end, at);
    ms += 2 * late * (0.9 + 0.2 * random());
    for (let message = 0; message < 2; message++) {
      const tick = ticks[at]?.[end];
      if (tick) tick.sent++;
      if (random() >= lost) continue;
      ms += RETRANSMIT;
      if (tick) tick.resent++;
      if (random() < GIVE_UP) gaveUp = true;
    }
  }
  return { ms, gaveUp };
}

interface Emitted {
  readonly traceId: string | null;
  readonly spanId: string;
  readonly parent: string | null;
  readonly service: number;
  readonly kind: 'client' | 'server';
  readonly start: number;
  readonly ms: number;
  readonly failed: boolean;
  readonly peer?: string;
}

function emit(
  { spans, graph }: World,
  { traceId, spanId, parent, service, kind, start, ms, failed, peer }: Emitted,
): void {
  if (traceId === null) return;
  const name = graph.services[service] ?? '';
  spans.push({
    traceId,
    spanId,
    parentSpanId: parent,
    service: name,
    name: `${kind} ${name}`,
    kind,
    start,
    durationMs: ms,
    error: failed,
    statusMessage: '',
    attributes: peer === undefined ? {} : { 'server.address': peer },
    resource: { 'k8s.namespace.name': NAMESPACE, 'k8s.deployment.name': name },
  });
}

function seriesOf({ random, graph, ticks, state }: World): Series[] {
  return graph.services.flatMap((name, service) => {
    const base = { cpu: 0.05 + random() * 0.4, memory: 1e8 * (1 + random() * 3), noise: 0.03 + random() * 0.12 };
    // Caches, garbage and jobs of their own: what changes somewhere in every cluster at any time.
    const decoy =
      random() < 0.06
        ? { at: BEFORE + Math.floor(random() * AFTER), cpu: base.cpu * 0.5, memory: base.memory * 0.08 }
        : null;
    const jitter = (): number => 1 + normal(random) * base.noise;
    const column = (metric: string, value: (at: number, tick: Tick) => number | null): Series[] => {
      const samples = ticks.flatMap((row, at) => {
        const tick = row[service];
        const found = tick ? value(at, tick) : null;
        return found === null ? [] : [[START + (at + 1) * STEP, Math.max(0, found)] as const];
      });
      return samples.length === 0 ? [] : [workloadSeries(metric, name, samples)];
    };
    const decoyAt = (at: number): boolean => decoy !== null && at >= decoy.at;
    const served = (tick: Tick): boolean => tick.durations.length > 0;
    return [
      ...column(
        'workload:cpu_usage:cores',
        (at, { durations }) =>
          base.cpu * (0.7 + 0.02 * durations.length) * jitter() +
          state(service, at).cpu +
          (decoyAt(at) ? (decoy?.cpu ?? 0) : 0),
      ),
      ...column(
        'workload:memory:bytes',
        (at) =>
          base.memory * (1 + normal(random) * 0.01) +
          state(service, at).memory +
          (decoyAt(at) ? (decoy?.memory ?? 0) : 0),
      ),
      ...column('workload:latency_p50:seconds', (_, tick) =>
        served(tick) ? quantile(tick.durations, 0.5) / 1000 : null,
      ),
      ...column('workload:latency_p95:seconds', (_, tick) =>
        served(tick) ? quantile(tick.durations, 0.95) / 1000 : null,
      ),
      ...column('workload:request_rate:rate', (_, { durations }) => durations.length / (STEP / SECOND)),
      ...column('workload:error_ratio', (_, tick) => (served(tick) ? tick.failed / tick.durations.length : null)),
      ...column('workload:network_receive:bytes', (_, { durations }) => 900 * durations.length * jitter()),
      ...column(
        'workload:tcp_retransmits:rate',
        (_, { resent }) => (resent + (random() < 0.02 ? 1 : 0)) / (STEP / SECOND),
      ),
    ];
  });
}

function edgesOf({ requests, services }: CallGraph): [string, string][] {
  const found = new Map<string, [string, string]>();
  const walk = ({ service, calls }: Call): void => {
    for (const next of calls) {
      const edge: [string, string] = [services[service] ?? '', services[next.service] ?? ''];
      found.set(edge.join('>'), edge);
      walk(next);
    }
  };
  for (const request of requests) walk(request);
  return [...found.values()];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

/** How long after the injection a late detection is, in milliseconds. */
export const LATE = MINUTE;
