import type { Site } from './site.ts';
import { localStamp } from './times.ts';

/** What holds messages up, and where. */
export interface Slowness {
  readonly kind: 'pod-delay' | 'node-delay' | 'node-loss';
  /** The workload or Node. */
  readonly at: string;
  /** Milliseconds, of a delay. */
  readonly delay: number;
  readonly jitter: number;
  /** Share of messages lost. */
  readonly loss: number;
}

export interface Traffic {
  readonly slowness: Slowness;
  /** Whose proxies measure: the caller's, the callee's, or both added up. */
  readonly reporter: 'source' | 'destination' | 'both';
  readonly tail: 90 | 95;
  /** Calls of one request to each data service. */
  readonly queries: number;
  /** Whether the alert file names the window. */
  readonly alerted: boolean;
}

const STEP = 5;
const WINDOW = 12;
// The buckets of the mesh's histogram, in milliseconds.
const BOUNDS = [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000];
const SAMPLES = 12;
// Milliseconds the users of one flow have in a step, and how long they think.
const BUDGET = 12_000;
const THINK = 1000;
const DEEPEST = 7;

function slowAlert({ roles }: Site, range: string): unknown {
  const evidence = ['LATENCY_DEGRADATION [Slow Response] | p50latency: Normal=16.00ms -> Current=416.00ms (+2500.0%)'];
  return {
    status: 'has_anomalies',
    alert_count: 1,
    alerts: [{ type: 'Service', name: roles.front, time_range: range, status: 'ABNORMAL', evidence }],
  };
}

interface Cell {
  readonly buckets: number[];
  count: number;
}

/** The metrics table of a site under load, slowed in its middle: `time`, nine columns a service, three a Node. */
export function latencyCsv(site: Site, traffic: Traffic, zone: { hours: number }): string {
  const { random, apps, nodes } = site;
  const rows = 46 + Math.floor(random() * 9);
  const from = Math.round(rows * 0.34);
  const to = Math.round(rows * 0.78);
  const start = site.now - (rows + 4) * STEP * 1000;
  const own = new Map([...apps.keys()].map((name) => [name, 1.5 + random() ** 3 * 40]));
  const odds = new Map(
    [...apps.values()].flatMap(({ name, calls }) =>
      calls.map((callee) => [`${name} ${callee}`, 0.35 + 0.65 * random()] as const),
    ),
  );
  const entries = entriesOf(site);
  const steps = Array.from({ length: rows + WINDOW }, (_, at) =>
    simulate(site, { traffic, own, odds, entries, slow: at - WINDOW >= from && at - WINDOW < to }),
  );
  const names = [...apps.keys()];
  const tail = `p${traffic.tail}latency`;
  const suffixes = [
    'cpu',
    'mem',
    'cpu_cfs',
    'rps',
    'success_rate',
    'network_receive',
    'network_transmit',
    'p50latency',
    tail,
  ];
  const header = [
    'time',
    ...names.flatMap((name) => suffixes.map((suffix) => `${name}-${suffix}`)),
    ...nodes.flatMap((node) => ['cpu', 'mem', 'tcp_retans'].map((suffix) => `${node}-${suffix}`)),
  ];
  const lines = Array.from({ length: rows }, (_, row) => {
    const window = steps.slice(row + 1, row + 1 + WINDOW);
    // Rates look back over a window, so the fault comes and goes by and by.
    const share = Math.max(0, Math.min(row, to - 1) - Math.max(from, row - WINDOW + 1) + 1) / WINDOW;
    const cells = names.flatMap((name) =>
      serviceCells(
        window.flatMap((step) => step.get(name) ?? []),
        { tail: traffic.tail / 100, random, measured: apps.get(name)?.kind !== 'StatefulSet' },
      ),
    );
    const carried = nodes.flatMap((node) => nodeCells(site, node, { slowness: traffic.slowness, share }));
    return [localStamp(start + row * STEP * 1000, zone), ...cells, ...carried].join(',');
  });
  const stamp = (row: number): string => localStamp(start + row * STEP * 1000, zone);
  if (traffic.alerted) site.alert = slowAlert(site, `${stamp(from + 4)} ~ ${stamp(to - 1)}`);
  return `\uFEFF${[header.join(','), ...lines].join('\n')}\n`;
}

/** Where users' requests go: through the gateway to services that nobody else calls, and some that others do. */
function entriesOf({ apps, roles, random }: Site): readonly string[] {
  const called = new Set([...apps.values()].filter(({ name }) => name !== roles.gateway).flatMap(({ calls }) => calls));
  return (apps.get(roles.gateway)?.calls ?? []).filter((name) => !called.has(name) || random() < 0.35);
}

interface Run {
  readonly traffic: Traffic;
  readonly own: ReadonlyMap<string, number>;
  readonly odds: ReadonlyMap<string, number>;
  readonly entries: readonly string[];
  readonly slow: boolean;
}

function simulate(site: Site, run: Run): Map<string, Cell> {
  const { apps, roles, random } = site;
  const { traffic, own, odds, entries, slow } = run;
  const { slowness, reporter, queries } = traffic;
  const cells = new Map<string, Cell>();
  const note = (name: string, milliseconds: number, weight: number): void => {
    const cell = cells.get(name) ?? { buckets: BOUNDS.map(() => 0), count: 0 };
    const at = BOUNDS.findIndex((bound) => milliseconds <= bound);
    if (at >= 0) cell.buckets[at] = (cell.buckets[at] ?? 0) + weight;
    cell.count += weight;
    cells.set(name, cell);
  };
  const nodeOf = (name: string): string => apps.get(name)?.node ?? '';
  // One message from one workload to another.
  const wire = (from: string, to: string): number => {
    const base = 0.2 + random() * 0.3;
    if (!slow) return base;
    if (slowness.kind === 'pod-delay') return base + (from === slowness.at ? delayed(slowness, random) : 0);
    const crosses = nodeOf(from) !== nodeOf(to);
    if (!crosses || nodeOf(from) !== slowness.at) {
      // Acknowledgements of what comes in are lost or late as well, which costs little.
      return base;
    }
    return (
      base +
      (slowness.kind === 'node-delay'
        ? delayed(slowness, random)
        : random() < slowness.loss
          ? 200 * 2 ** Math.floor(random() * 1.4)
          : 0)
    );
  };
  const call = (caller: string, name: string, depth: number, weight: number): number => {
    const app = apps.get(name);
    if (!app) return 0;
    let served = (own.get(name) ?? 2) * (0.7 + random() * 0.7);
    if (random() < 0.02) served *= 4;
    for (const callee of depth < DEEPEST ? app.calls : []) {
      const data = apps.get(callee)?.kind === 'StatefulSet';
      if (data) for (let at = 0; at < queries; at++) served += wire(name, callee) + 0.6 * random() + wire(callee, name);
      else if (name === roles.gateway || random() < (odds.get(`${name} ${callee}`) ?? 1))
        served += name === roles.gateway ? 0 : call(name, callee, depth + 1, weight);
    }
    return measure(caller, name, served, weight);
  };
  const measure = (caller: string, name: string, served: number, weight: number): number => {
    const seen = served + wire(caller, name) + wire(name, caller);
    if (apps.get(name)?.kind !== 'StatefulSet') {
      if (reporter !== 'destination') note(name, seen, weight);
      if (reporter !== 'source') note(name, served, weight);
    }
    return seen;
  };
  // Users wait for an answer before they ask again, so slow flows are asked for less: time is what they share.
  for (const entry of entries) {
    for (let spent = 0, sample = 0; spent < BUDGET && sample < SAMPLES; sample++) {
      const inner = call(roles.gateway, entry, 0, 1);
      const through = measure(roles.front, roles.gateway, inner + (own.get(roles.gateway) ?? 2), 1);
      spent += THINK + measure('', roles.front, through + (own.get(roles.front) ?? 2), 1);
    }
  }
  return cells;
}

function delayed({ delay, jitter }: Slowness, random: () => number): number {
  return Math.max(0, delay + (random() * 2 - 1) * jitter);
}

function serviceCells(
  window: readonly Cell[],
  { tail, random, measured }: { tail: number; random: () => number; measured: boolean },
): string[] {
  const buckets = BOUNDS.map((_, at) => window.reduce((sum, cell) => sum + (cell.buckets[at] ?? 0), 0));
  const count = window.reduce((sum, cell) => sum + cell.count, 0);
  const noisy = (level: number): string => (level * (0.95 + random() * 0.1)).toFixed(3);
  const rps = count / (WINDOW * STEP);
  return [
    noisy(0.02 + rps * 0.002),
    String(Math.round(4e8 * (1 + random() * 0.01))),
    '0.0',
    measured ? rps.toFixed(3) : '0',
    measured ? (count > 0 ? '1.0' : '') : '0',
    noisy(4 + rps * 3),
    noisy(4 + rps * 3),
    measured ? quantile(buckets, count, 0.5) : '0',
    measured ? quantile(buckets, count, tail) : '0',
  ];
}

/** As Prometheus interpolates it, in milliseconds; empty without requests. */
function quantile(buckets: readonly number[], count: number, share: number): string {
  if (count === 0) return '';
  let below = 0;
  for (const [at, inside] of buckets.entries()) {
    if (below + inside >= count * share) {
      const low = at === 0 ? 0 : (BOUNDS[at - 1] ?? 0);
      return (low + ((BOUNDS[at] ?? low) - low) * ((count * share - below) / inside)).toFixed(3);
    }
    below += inside;
  }
  return String(BOUNDS.at(-1));
}

function nodeCells(
  { random, apps }: Site,
  node: string,
  { slowness, share }: { slowness: Slowness; share: number },
): string[] {
  const base = 0.05 + random() * 0.15;
  const hosts = slowness.kind === 'pod-delay' && apps.get(slowness.at)?.node === node;
  // Late answers make senders repeat a segment now and then; lost ones all the time, the other end a little as well.
  const late =
    slowness.kind === 'node-loss'
      ? 0
      : (hosts || slowness.at === node) && slowness.delay > 200
        ? 0.2 + random() * 0.5
        : 0;
  const lost = slowness.kind === 'node-loss' ? (slowness.at === node ? 4 + slowness.loss * 60 : slowness.loss * 6) : 0;
  const level = base + (late + lost) * share * (0.8 + random() * 0.4);
  return [(12 + random() * 3).toFixed(3), (41 + random()).toFixed(3), level.toFixed(3)];
}
