import { seeded } from '../seeded.ts';

/** Who calls whom in the simulated shop. */
export const CALLS: readonly (readonly [string, string])[] = [
  ['front', 'cart'],
  ['front', 'catalog'],
  ['front', 'orders'],
  ['orders', 'payment'],
  ['orders', 'shipping'],
  ['shipping', 'quotes'],
  ['cart', 'cart-db'],
];
export const SERVICES = [...new Set(CALLS.flat())].sort();

export const FAULTS = ['cpu', 'mem', 'delay'] as const;
export type SimulatedFault = (typeof FAULTS)[number];

/** One sample of one service. */
export interface Point {
  readonly cpu: number;
  readonly memory: number;
  /** Seconds. */
  readonly latency: number;
  readonly rate: number;
  readonly errors: number;
}

/** A run of `before` quiet samples and `after` samples with a fault in one service; waiting callers become slow too. */
export function simulate(options: {
  seed: number;
  fault: SimulatedFault;
  at: string;
  before: number;
  after: number;
}): Map<string, Point[]> {
  const random = seeded(options.seed);
  const bases = new Map(
    SERVICES.map((name) => [
      name,
      {
        own: 0.004 + random() * 0.02,
        cpu: 0.05 + random() * 0.3,
        memory: 8e7 * (1 + random()),
        rate: 5 + random() * 40,
      },
    ]),
  );
  const points = new Map<string, Point[]>(SERVICES.map((name) => [name, []]));
  for (let index = 0; index < options.before + options.after; index++) {
    const faulty = index >= options.before;
    const jitter = (): number => 0.95 + random() * 0.1;
    const latency = (name: string): number => {
      const own =
        (bases.get(name)?.own ?? 0.01) * jitter() +
        (faulty && options.fault === 'delay' && name === options.at ? 0.2 * jitter() : 0);
      const slowed = faulty && options.fault === 'cpu' && name === options.at ? own * 3 : own;
      return slowed + CALLS.filter(([caller]) => caller === name).reduce((sum, [, callee]) => sum + latency(callee), 0);
    };
    for (const name of SERVICES) {
      const base = bases.get(name);
      if (!base) continue;
      const here = faulty && name === options.at;
      points.get(name)?.push({
        cpu: base.cpu * jitter() + (here && options.fault === 'cpu' ? 0.8 * jitter() : 0),
        memory: base.memory * jitter() + (here && options.fault === 'mem' ? 3e6 * (index - options.before + 1) : 0),
        latency: latency(name),
        rate: base.rate * jitter(),
        errors: 0,
      });
    }
  }
  return points;
}
