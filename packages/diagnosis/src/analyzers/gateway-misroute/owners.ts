import type { Route } from './route-table.ts';

/** Reads which Service a text (a path, a route's id) names, by the words that tell the Services' names apart. */
export interface Owners {
  /** The Service a text names; null when none or several. */
  of(text: string): string | null;
  /** Whether a text has anything of a Service's name, abbreviated or in part: then it is no stranger to it. */
  fits(service: string, text: string): boolean;
}

/**
 * Builds the reader for a set of Service names. Words that many names share (`service`, a product prefix) tell nothing; the
 * longest distinctive name found in the text wins, so that `order-other` is not taken for `order`.
 */
export function ownersAmong(names: readonly string[], led: ReadonlySet<string> = new Set()): Owners {
  const shared = sharedWords(names);
  const telling = (name: string): readonly string[] => wordsOf(name).filter((word) => !shared.has(word));
  const routed = new Set([...led].flatMap(wordsOf));
  // Each service may have a database called like it: a kind of Service no route leads to is nobody's target.
  const isTarget = (name: string): boolean =>
    led.size === 0 || wordsOf(name).every((word) => !shared.has(word) || routed.has(word));
  const owners = names.filter(isTarget).flatMap((name) => {
    const key = telling(name).join('');
    return key.length >= 3 ? [{ name, key }] : [];
  });
  owners.sort((left, right) => right.key.length - left.key.length || (left.name < right.name ? -1 : 1));
  return {
    of: (text) => {
      const flat = plain(text);
      const [best, second] = owners.filter(({ key }) => flat.includes(key) || flat.includes(singular(key)));
      return !best || (second && second.key.length === best.key.length) ? null : best.name;
    },
    fits: (service, text) =>
      telling(service).some((word) => word.length >= 3 && plain(text).includes(word.slice(0, STEM))),
  };
}

// `verif` stands for verification and verifycode alike.
const STEM = 5;

/** A route whose words and target contradict each other. */
export interface Misroute {
  readonly route: Route;
  /** `target`: the path belongs to another Service than the target. `path`: the target's own path was replaced by another's. */
  readonly wrong: 'target' | 'path';
  /** The Service whose requests go astray. */
  readonly victim: string;
  /** The Service the path names. */
  readonly named: string;
  /** Whether the route's id takes the victim's side. */
  readonly byId: boolean;
}

/**
 * Routes whose path names one Service and that lead to another. A single break with the habit of the table is a mistake only
 * when it leaves a Service without any route, or when the table was just edited: one Service often serves several paths.
 */
export function misroutes(
  routes: readonly Route[],
  options: { serviceOf: (route: Route) => string | null; owners: Owners; edited: boolean },
): readonly Misroute[] {
  const { serviceOf, owners, edited } = options;
  const judged = routes.flatMap((route) => {
    const target = serviceOf(route);
    const named = agreed(route.paths.map((path) => owners.of(path)));
    return target === null || named === null
      ? []
      : [{ route, target, named, byId: route.id === null ? null : owners.of(route.id) }];
  });
  const belongs = ({ route, target, named }: (typeof judged)[number]): boolean =>
    target === named || route.paths.some((path) => owners.fits(target, path));
  const kept = judged.filter(belongs);
  const habit = kept.length >= 2 && kept.length / judged.length >= 0.6;
  const led = new Map<string, number>();
  for (const route of routes) led.set(serviceOf(route) ?? '', (led.get(serviceOf(route) ?? '') ?? 0) + 1);
  return judged.flatMap((entry): Misroute[] => {
    if (belongs(entry)) return [];
    const { route, target, named, byId } = entry;
    const alone = !led.has(named);
    if ((alone && (habit || byId === named)) || (edited && byId !== target))
      return [{ route, wrong: 'target', victim: named, named, byId: byId === named }];
    const replaced = byId === target && led.get(target) === 1 && (habit || edited);
    return replaced ? [{ route, wrong: 'path', victim: target, named, byId: true }] : [];
  });
}

function agreed(owners: readonly (string | null)[]): string | null {
  const found = new Set(owners.filter((owner) => owner !== null));
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

function sharedWords(names: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const name of names) for (const word of new Set(wordsOf(name))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const limit = Math.max(3, names.length * 0.3);
  return new Set([...counts].filter(([word, count]) => count >= limit || GENERIC.has(word)).map(([word]) => word));
}

const GENERIC = new Set(['service', 'svc', 'server', 'api', 'app', 'backend', 'http', 'grpc']);

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function singular(word: string): string {
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
