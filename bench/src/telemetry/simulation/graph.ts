import { seeded } from '../../seeded.ts';

/** One call of a request and the calls made to answer it. */
export interface Call {
  readonly service: number;
  readonly calls: readonly Call[];
}

/** A random call graph: services in layers, and the kinds of requests that walk it. */
export interface CallGraph {
  readonly services: readonly string[];
  /** Milliseconds of each service's own work. */
  readonly own: readonly number[];
  readonly requests: readonly Call[];
  /** Services some request reaches. */
  readonly used: readonly number[];
}

const LAYERS = 4;
const KINDS = 6;
const LARGEST_REQUEST = 50;

/** A graph of `size` services; the same seed gives the same graph. */
export function randomGraph(seed: number, size: number): CallGraph {
  const random = seeded(seed);
  const layers = Array.from({ length: size }, (_, at) => (at === 0 ? 0 : 1 + Math.floor(random() * LAYERS)));
  const own = layers.map(() => 4 * Math.exp(normal(random) * 0.8));
  const density = 3 / size;
  const callees = layers.map((layer, at) =>
    layers.flatMap((other, to) => (other > layer && random() < (at === 0 ? 0.4 : density) ? [to] : [])),
  );
  const grow = (service: number, depth: number): Call => ({
    service,
    calls: (depth > 5 ? [] : (callees[service] ?? [])).flatMap((callee) =>
      random() > 0.75 ? [] : Array.from({ length: random() < 0.85 ? 1 : 2 }, () => grow(callee, depth + 1)),
    ),
  });
  const requests: Call[] = [];
  for (let attempt = 0; requests.length < KINDS && attempt < 400; attempt++) {
    const request = grow(0, 0);
    const count = servicesIn(request).length;
    if (count > 2 && count <= LARGEST_REQUEST) requests.push(request);
  }
  const used = [...new Set(requests.flatMap(servicesIn))].sort((left, right) => left - right);
  return { services: layers.map((_, at) => `svc-${String(at).padStart(2, '0')}`), own, requests, used };
}

/** A draw of the standard normal distribution. */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
}

function servicesIn({ service, calls }: Call): number[] {
  return [service, ...calls.flatMap(servicesIn)];
}
