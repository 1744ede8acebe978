import type { Series } from '@headwater/engine/ports/telemetry.ts';
import type { Matcher } from './ast.ts';
import { parseError } from './errors.ts';

/** Where series come from; `labels` hold `__name__`. */
export type SeriesStore = readonly Pick<Series, 'labels' | 'samples'>[];

/** How far back an instant selector looks for a sample: Prometheus's default. */
export const LOOKBACK_MS = 5 * 60_000;

type Predicate = (value: string) => boolean;

/** Series whose labels satisfy every matcher; a missing label counts as empty. */
export function selectSeries(store: SeriesStore, matchers: readonly Matcher[]): SeriesStore {
  if (matchers.every((matcher) => accepts(matcher, '')))
    throw parseError(1, 'vector selector must contain at least one non-empty matcher');
  const tests = matchers.map((matcher): [string, Predicate] => [matcher.name, predicateOf(matcher)]);
  return store.filter(({ labels }) => tests.every(([name, test]) => test(labels[name] ?? '')));
}

function accepts(matcher: Matcher, value: string): boolean {
  return predicateOf(matcher)(value);
}

function predicateOf({ operator, value }: Matcher): Predicate {
  switch (operator) {
    case '=':
      return (actual) => actual === value;
    case '!=':
      return (actual) => actual !== value;
    case '=~':
    case '!~': {
      const pattern = compile(value);
      return operator === '=~' ? (actual) => pattern.test(actual) : (actual) => !pattern.test(actual);
    }
  }
}

function compile(pattern: string): RegExp {
  try {
    // Prometheus anchors at both ends.
    return new RegExp(`^(?:${pattern})$`, 's');
  } catch (error) {
    throw parseError(1, `error parsing regexp: ${String(error)}`);
  }
}

/** The newest sample at or before a time within the lookback; undefined when there is none. */
export function sampleAt(samples: Series['samples'], time: number): number | undefined {
  const index = lastAtOrBefore(samples, time);
  const found = index < 0 ? undefined : samples[index];
  return found && time - found[0] <= LOOKBACK_MS ? found[1] : undefined;
}

/** Samples in (start, end]; Prometheus 2 also counts one exactly at the start, later ones do not. */
export function samplesWithin(samples: Series['samples'], start: number, end: number): Series['samples'] {
  const last = lastAtOrBefore(samples, end);
  const first = lastAtOrBefore(samples, start - 1) + 1;
  return samples.slice(first, last + 1);
}

function lastAtOrBefore(samples: Series['samples'], time: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((samples[middle]?.[0] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
