import { median } from '../statistics.ts';
import type { CaseScore } from './score.ts';

export interface Tally {
  readonly name: string;
  readonly cases: number;
  /** Shares between 0 and 1. */
  readonly first: number;
  readonly third: number;
  readonly medianMs: number;
}

export interface OpsReport {
  readonly total: Tally;
  readonly families: readonly Tally[];
  readonly labels: readonly Tally[];
  readonly misses: readonly CaseScore[];
}

/** Summarises scores by fault family and by root cause, with every case that was not first. */
export function reportOf(scores: readonly CaseScore[]): OpsReport {
  return {
    total: tally('all', scores),
    families: grouped(scores, ({ family }) => family),
    labels: grouped(scores, ({ label }) => label),
    misses: scores.filter(({ rank }) => rank !== 1),
  };
}

function grouped(scores: readonly CaseScore[], key: (score: CaseScore) => string): Tally[] {
  const groups = [...Map.groupBy(scores, key)].sort(([left], [right]) => (left < right ? -1 : 1));
  return groups.map(([name, group]) => tally(name, group));
}

function tally(name: string, scores: readonly CaseScore[]): Tally {
  const share = (count: number): number =>
    scores.length === 0 ? 0 : Math.round((count / scores.length) * 10_000) / 10_000;
  return {
    name,
    cases: scores.length,
    first: share(scores.filter(({ rank }) => rank === 1).length),
    third: share(scores.filter(({ rank }) => rank > 0).length),
    medianMs: Math.round(median(scores.map(({ ms }) => ms)) * 10) / 10,
  };
}
