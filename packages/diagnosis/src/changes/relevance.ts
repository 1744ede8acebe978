import { formatDuration, HOUR, type Millis } from '@headwater/core/time.ts';
import type { Change } from './change.ts';

/** How a change stands to the incident, before time is counted. */
export type Standing =
  /** A cause of the diagnosis names this very change. */
  | { readonly of: 'blamed' }
  /** It altered what a cause blames. */
  | { readonly of: 'cause' }
  /** What it altered leads to an alerted object in so many steps. */
  | { readonly of: 'path'; readonly hops: number; readonly to: string }
  /** It altered something the cause affects: an effect more often than a reason. */
  | { readonly of: 'effect'; readonly on: string }
  | { readonly of: 'namespace' }
  | { readonly of: 'cluster' }
  | { readonly of: 'elsewhere' };

export interface Relevance {
  /** Between 0 and 1; orders the changes of a diagnosis. */
  readonly weight: number;
  readonly words: string;
}

// Each step away from the symptom makes a change less likely to be its reason by about as much.
const PATH = [0.95, 0.85, 0.7, 0.5, 0.35];
const WEIGHTS = { blamed: 1, cause: 0.97, effect: 0.4, namespace: 0.2, cluster: 0.15, elsewhere: 0.05 } as const;
/** After this long before the onset, half of what time tells is gone; a config may wait for the next restart, so not all of it. */
const HALF_LIFE = HOUR;
const TIMELESS = 0.35;
/** What follows load or state by itself is an answer to the incident as often as its beginning. */
const AUTOMATIC = 0.5;

/** Weighs a change by its way to the symptom, its time before the onset, and whether somebody decided it. */
export function relevanceOf(change: Change, standing: Standing, onset: Millis): Relevance {
  const way = standing.of === 'path' ? (PATH[standing.hops] ?? PATH.at(-1) ?? 0) : WEIGHTS[standing.of];
  const age = Math.max(0, onset - change.time);
  const time = standing.of === 'blamed' ? 1 : TIMELESS + (1 - TIMELESS) * 2 ** (-age / HALF_LIFE);
  const decided = standing.of === 'blamed' || !isAutomatic(change) ? 1 : AUTOMATIC;
  const weight = Math.round(way * time * decided * 100) / 100;
  return { weight, words: `${formatDuration(age)} before the onset${wordsOf(standing)}` };
}

function isAutomatic({ source, actorSubject, title }: Change): boolean {
  return (
    actorSubject?.kind === 'HorizontalPodAutoscaler' ||
    (source === 'event' && /^(?:Scaling|SuccessfulRescale)/.test(title))
  );
}

function wordsOf(standing: Standing): string {
  switch (standing.of) {
    case 'blamed':
      return ', the change the cause names';
    case 'cause':
      return ', on the cause itself';
    case 'effect':
      return `, on ${standing.on}, which the cause affects`;
    case 'path':
      return standing.hops === 0
        ? `, on the alerted ${standing.to}`
        : `, ${standing.hops} ${standing.hops === 1 ? 'step' : 'steps'} from ${standing.to}`;
    case 'namespace':
      return ', in the same namespace, on no path to the alerted objects';
    default:
      return ', on no path to the alerted objects';
  }
}
