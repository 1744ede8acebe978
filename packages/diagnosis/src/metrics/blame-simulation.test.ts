import { expect, it } from 'vitest';
import type { Series } from '../snapshot/input.ts';
import { emptyInput } from '../snapshot/input.ts';
import { buildSnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { slowWorkloads } from './latency-blame.ts';
import { quantile } from './robust.ts';

// Requests walk a random call graph; from a moment on every message of one Pod is late. Latency is what callers see,
// as quantiles over the last minute: the origin must stand out from callers, callees and siblings.

const SERVICES = 30;
const REQUESTS_PER_SECOND = 8;
const FAULT_AT = 75;
const END = 190;
const STEP = 5;

interface Call {
  readonly service: number;
  readonly calls: readonly Call[];
}

interface World {
  readonly random: () => number;
  readonly base: readonly number[];
  readonly requests: readonly Call[];
  readonly origin: number;
  readonly delay: number;
}

function randomOf(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    let mixed = state ^ (state >>> 15);
    mixed = Math.imul(mixed, 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}

function worldOf(seed: number): World {
  const random = randomOf(seed);
  const layers = Array.from({ length: SERVICES }, (_, at) => (at === 0 ? 0 : 1 + Math.floor(random() * 4)));
  const base = layers.map(() => 6 * Math.exp(normal(random) * 0.9));
  const callees = layers.map((layer, at) =>
    layers.flatMap((other, to) => (other > layer && random() < (at === 0 ? 0.3 : 0.07) ? [to] : [])),
  );
  const grow = (service: number, depth: number): Call => ({
    service,
    calls: (depth > 6 ? [] : (callees[service] ?? [])).flatMap((callee) => {
      if (random() > (service === 0 ? 0.5 : 0.75)) return [];
      const times = random() < 0.75 ? 1 : 1 + Math.floor(random() * 4);
      return Array.from({ length: times }, () => grow(callee, depth + 1));
    }),
  });
  const requests: Call[] = [];
  while (requests.length < 8) {
    const request = grow(0, 0);
    if (servicesIn(request).length < 80) requests.push(request);
  }
  const used = [...new Set(requests.flatMap(servicesIn))];
  const origin = used[Math.floor(random() * used.length)] ?? 0;
  return { random, base, requests, origin, delay: [200, 500, 1000, 2000][Math.floor(random() * 4)] ?? 500 };
}

function servicesIn({ service, calls }: Call): number[] {
  return [service, ...calls.flatMap(servicesIn)];
}

type Observations = Map<number, { at: number; ms: number }[]>;

function simulate({ random, base, requests, origin, delay }: World): Observations {
  const seen: Observations = new Map();
  const late = (at: number, ...ends: readonly number[]): number =>
    at < FAULT_AT ? 0 : ends.filter((end) => end === origin).length * delay * (0.9 + 0.2 * random());
  const observe = (service: number, at: number, ms: number): void => {
    const list = seen.get(service) ?? [];
    list.push({ at, ms });
    seen.set(service, list);
  };
  const serve = ({ service, calls }: Call, at: number): number => {
    let ms = (base[service] ?? 1) * Math.exp(normal(random) * 0.35) * (random() < 0.01 ? 8 : 1);
    for (const call of calls) {
      const waited = serve(call, at) + 0.6 + late(at, service, call.service);
      observe(call.service, at, waited);
      ms += waited;
    }
    return ms;
  };
  for (let at = -60; at < END; at -= Math.log(random() + 1e-9) / REQUESTS_PER_SECOND) {
    const request = requests[Math.floor(random() ** 2 * requests.length)];
    if (request) observe(0, at, serve(request, at) + late(at, 0));
  }
  return seen;
}

function snapshotOf(world: World): Snapshot {
  const start = Date.parse('2026-03-01T00:00:00Z');
  const now = start + END * 1000;
  const times = Array.from({ length: END / STEP + 1 }, (_, index) => index * STEP);
  const metrics: Series[] = [];
  for (const [service, list] of simulate(world)) {
    const recent = times.map((time) =>
      list.filter(({ at }) => at > time - 60 && at <= time).map(({ ms }) => ms / 1000),
    );
    const add = (name: string, value: (seconds: readonly number[]) => number): void => {
      const labels = { __name__: name, namespace: 'sim', workload: `s${service}` };
      metrics.push({
        labels,
        samples: times.map((time, index) => [start + time * 1000, value(recent[index] ?? [])] as const),
      });
    };
    add('workload:latency_p50:seconds', (seconds) => (seconds.length === 0 ? 0 : quantile(seconds, 0.5)));
    add('workload:latency_p90:seconds', (seconds) => (seconds.length === 0 ? 0 : quantile(seconds, 0.9)));
    add('workload:request_rate:rate', (seconds) => seconds.length / 60);
  }
  const edges = new Set(world.requests.flatMap(edgesIn));
  for (const edge of edges) {
    const [client = '', server = ''] = edge.split(' ');
    metrics.push({
      labels: { __name__: 'traces_service_graph_request_total', client, server, namespace: 'sim' },
      samples: [[now, 1]],
    });
  }
  const objects = Array.from({ length: SERVICES }, (_, at) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `s${at}`, namespace: 'sim' },
  }));
  return buildSnapshot({ ...emptyInput(now), objects, metrics });
}

function edgesIn({ service, calls }: Call): string[] {
  return calls.flatMap((call) => [`s${service} s${call.service}`, ...edgesIn(call)]);
}

it('puts the delayed workload of a random call graph first nearly always, and among the first three always', () => {
  const places = Array.from({ length: 8 }, (_, at) => {
    const world = worldOf(at + 1);
    return slowWorkloads(snapshotOf(world)).findIndex(({ subject }) => subject.name === `s${world.origin}`);
  });
  expect(places.filter((place) => place === 0).length).toBeGreaterThanOrEqual(7);
  expect(places.filter((place) => place < 0 || place > 2)).toEqual([]);
});
