import type { Route } from './route-table.ts';

/** Says which of some Services a text (a path, a route's id) names, by the words that tell their names apart. */
export type OwnerOf = (text: string) => string | null;

/**
 * Builds the judge for a set of Service names. Words that many names share (`service`, a product prefix) tell nothing; the
 * longest distinctive name found in the text wins, so that `order-other` is not taken for `order`.
 */
export function ownerFinder(names: readonly string[]): OwnerOf {
  const shared = sharedWords(names);
  const owners = names.flatMap((name) => {
    const words = wordsOf(name).filter((word) => !shared.has(word));
    const key = words.join('');
    return key.length >= 3 ? [{ name, key }] : [];
  });
  owners.sort((left, right) => right.key.length - left.key.length || (left.name < right.name ? -1 : 1));
  return (text) => {
    const plain = text.toLowerCase().replace(/[^a-z0-9]/g, '');
    const [best, second] = owners.filter(({ key }) => plain.includes(key) || plain.includes(singular(key)));
    if (!best || (second && second.key === best.key)) return null;
    return best.name;
  };
}

/** How a route's own words agree with where it leads. */
export interface Judged {
  readonly route: Route;
  /** The Service its paths name, or null. */
  readonly byPath: string | null;
  /** The Service its id names, or null. */
  readonly byId: string | null;
}

/** Routes whose path names another Service than they lead to, in a table where paths otherwise name their Services. */
export function misrouted(
  routes: readonly Route[],
  serviceOf: (route: Route) => string | null,
  ownerOf: OwnerOf,
): readonly Judged[] {
  const judged = routes.map((route) => ({
    route,
    byPath: agreed(route.paths.map(ownerOf)),
    byId: route.id === null ? null : ownerOf(route.id),
  }));
  const telling = judged.filter(({ byPath }) => byPath !== null);
  const kept = telling.filter(({ route, byPath }) => serviceOf(route) === byPath);
  // Only where the table follows the habit is a break with it a mistake.
  const habit = kept.length >= 2 && kept.length / telling.length >= 0.6;
  return telling.filter(({ route, byPath, byId }) => {
    const target = serviceOf(route);
    if (target === null || target === byPath) return false;
    return habit || (byId !== null && byId === byPath);
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

function singular(word: string): string {
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
