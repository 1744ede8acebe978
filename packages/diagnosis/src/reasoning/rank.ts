import { HOUR } from '@headwater/core/time.ts';
import { reportedStarts } from '../snapshot/heartbeats.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StarvedBy } from './causality/starvation.ts';
import type { Explained } from './explain.ts';
import { type Hypothesis, layerRank } from './hypothesis.ts';
import { componentKey, MAX_HOPS, type Reach, reachOf } from './reach.ts';
import type { Target } from './targets.ts';

/** A hypothesis with its place among the others. */
export interface Ranked {
  readonly hypothesis: Hypothesis;
  readonly reach: Reach;
  readonly explainedBy: Hypothesis | null;
  /** Hypotheses that are effects of this one. */
  readonly explains: readonly Hypothesis[];
  /** Targets this hypothesis accounts for, with the hops between. */
  readonly accounts: readonly { readonly target: Target; readonly hops: number }[];
  readonly score: number;
}

export interface Scope {
  readonly targets: readonly Target[];
  /** Namespaces a scan was restricted to; null for everything. */
  readonly namespaces: ReadonlySet<string> | null;
  /** Targets of alerts that say nobody sends them work any more. */
  readonly starved: ReadonlySet<Target>;
  readonly starvedBy: StarvedBy;
}

// Weights were set on the corpus and on recorded incidents: a hop costs less than the step between two strengths,
// so that a firm fault two calls away beats a guess next door.
const HOP_COST = 0.03;
const UNRELATED = 0.45;
const UNRELATED_SAME_NAMESPACE = 0.65;
const DOWNSTREAM_ONLY = 0.8;
const SYMPTOM_CEILING = 0.45;
const EXPLAINED_CEILING = 0.4;
const STALE_FACTOR = 0.9;
const STALE_AFTER = 6 * HOUR;

/** Scores and orders hypotheses, best first. */
export function rank(snapshot: Snapshot, explained: readonly Explained[], scope: Scope): readonly Ranked[] {
  const targetReach = scope.targets.map((target) => ({ target, key: componentKey(snapshot, target.subject) }));
  const onset = earliestAlert(snapshot);
  const ranked = explained.map((entry): Ranked => {
    const accounts = targetReach.flatMap(({ target, key }) => {
      const hops =
        entry.reach.get(key) ?? (scope.starved.has(target) ? scope.starvedBy(target.subject, entry.reach) : null);
      return hops === null ? [] : [{ target, hops }];
    });
    const explains = explained
      .filter((other) => other.explainedBy === entry.hypothesis)
      .map((other) => other.hypothesis);
    return { ...entry, explains, accounts, score: score(snapshot, { entry, accounts, explains, scope, onset }) };
  });
  return ranked.sort(
    (left, right) =>
      right.score - left.score ||
      layerRank(left.hypothesis.lead) - layerRank(right.hypothesis.lead) ||
      (left.hypothesis.key < right.hypothesis.key ? -1 : 1),
  );
}

interface Case {
  readonly entry: Explained;
  readonly accounts: Ranked['accounts'];
  readonly explains: readonly Hypothesis[];
  readonly scope: Scope;
  readonly onset: number | null;
}

function score(snapshot: Snapshot, { entry, accounts, explains, scope, onset }: Case): number {
  const { lead, findings } = entry.hypothesis;
  const codes = new Set(findings.map(({ code }) => code));
  let value = lead.strength + Math.min(0.04, 0.02 * (codes.size - 1));
  // What it explains speaks for it: each effect that would otherwise need a cause of its own.
  value += Math.min(0.05, 0.01 * explains.length);
  value += [0.03, 0.03, 0.02, 0.01, 0, 0, 0][layerRank(lead)] ?? 0;
  value *= relevance(snapshot, { entry, accounts, explains, scope, onset });
  if (lead.since && onset && onset - lead.since > STALE_AFTER && accounts.every(({ hops }) => hops > 0))
    value *= STALE_FACTOR;
  if (lead.role === 'symptom') value = Math.min(value, SYMPTOM_CEILING);
  if (entry.explainedBy) value = Math.min(value, EXPLAINED_CEILING);
  return Math.max(0, Math.min(0.99, value));
}

function relevance(snapshot: Snapshot, { entry, accounts, scope }: Case): number {
  const { subject } = entry.hypothesis;
  if (scope.targets.length === 0) {
    const outside = scope.namespaces && subject.namespace && !scope.namespaces.has(subject.namespace);
    return outside ? UNRELATED_SAME_NAMESPACE : 1;
  }
  if (accounts.length > 0) {
    const nearest = Math.min(...accounts.map(({ hops }) => hops));
    const share = accounts.length / scope.targets.length;
    return 1 - HOP_COST * Math.min(nearest, MAX_HOPS) - 0.05 * (1 - share);
  }
  // The target may be downstream: it starves because its caller, or what routes to it, is broken.
  for (const target of scope.targets) {
    const needs = snapshot.topology.impact(target.subject, 2);
    for (const { subject: dependent } of needs.values()) {
      if (componentKey(snapshot, dependent) === componentKey(snapshot, subject)) return DOWNSTREAM_ONLY;
    }
  }
  const near = scope.targets.some((target) => (target.subject.namespace ?? target.subject.name) === subject.namespace);
  return near ? UNRELATED_SAME_NAMESPACE : UNRELATED;
}

function earliestAlert(snapshot: Snapshot): number | null {
  const starts = reportedStarts(snapshot.alerts);
  return starts.length === 0 ? null : Math.min(...starts);
}

/** Reaches of all hypotheses, computed once. */
export function withReach(
  snapshot: Snapshot,
  hypotheses: readonly Hypothesis[],
): readonly { hypothesis: Hypothesis; reach: Reach }[] {
  return hypotheses.map((hypothesis) => ({ hypothesis, reach: reachOf(snapshot, hypothesis) }));
}
