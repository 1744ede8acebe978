import type { Subject } from '@headwater/core/subject.ts';
import { HOUR, type Millis, parseTime } from '@headwater/core/time.ts';
import { reportedStarts } from '../snapshot/heartbeats.ts';
import { once } from '../snapshot/once.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StarvedBy } from './causality/starvation.ts';
import type { Explained, How } from './explain.ts';
import { type Hypothesis, layerRank } from './hypothesis.ts';
import { componentKey, MAX_HOPS, type Reach, reachOf } from './reach.ts';
import type { Target } from './targets.ts';
import { selectedBy } from '../topology/selection.ts';

/** A hypothesis with its place among the others. */
export interface Ranked {
  readonly hypothesis: Hypothesis;
  readonly reach: Reach;
  readonly explainedBy: Hypothesis | null;
  readonly how: How | null;
  /** Hypotheses that are effects of this one. */
  readonly explains: readonly Hypothesis[];
  /** Targets this hypothesis accounts for, with the hops between. */
  readonly accounts: readonly { readonly target: Target; readonly hops: number }[];
  readonly score: number;
  /** How the score came about, step by step; steps without effect are left out. */
  readonly terms: readonly ScoreTerm[];
}

/** One step of a score: `start` sets it, `add` and `times` change it, `cap` lowers it. */
export interface ScoreTerm {
  readonly name:
    | 'strength'
    | 'corroboration'
    | 'explains'
    | 'layer'
    | 'relevance'
    | 'staleness'
    | 'symptom'
    | 'explained';
  readonly kind: 'start' | 'add' | 'times' | 'cap';
  readonly value: number;
  readonly words: string;
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
// An effect that points at another one is told after it.
const POINTING_CEILING = 0.43;
const EXPLAINED_CEILING = 0.4;
const STALE_FACTOR = 0.9;
// Long before the alerts, and nothing leads from it to them: what years leave behind.
const STALE_UNRELATED = 0.7;
const STALE_AFTER = 6 * HOUR;

/** Scores and orders hypotheses, best first. */
export function rank(snapshot: Snapshot, explained: readonly Explained[], scope: Scope): readonly Ranked[] {
  const targetReach = scope.targets.map((target) => ({ target, key: componentKey(snapshot, target.subject) }));
  const neighbours = neighboursOf(snapshot, scope);
  const effects = Map.groupBy(explained, ({ explainedBy }) => explainedBy);
  const onset = earliestAlert(snapshot);
  const pointing = pointingComponents(snapshot, explained);
  const ranked = explained.map((entry): Ranked => {
    const accounts = targetReach.flatMap(({ target, key }) => {
      const hops =
        entry.reach.get(key) ?? (scope.starved.has(target) ? scope.starvedBy(target.subject, entry.reach) : null);
      return hops === null ? [] : [{ target, hops }];
    });
    const explains = (effects.get(entry.hypothesis) ?? []).map((other) => other.hypothesis);
    const terms = scoreTerms(snapshot, { entry, accounts, explains, scope, neighbours, onset, pointing });
    return { ...entry, explains, accounts, score: totalOf(terms), terms };
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
  readonly neighbours: Neighbours;
  readonly onset: number | null;
  /** Components that point at others. */
  readonly pointing: ReadonlySet<string>;
}

/** What stands around the targets, found once for all hypotheses. */
interface Neighbours {
  /** Components that need a target. */
  readonly above: () => ReadonlySet<string>;
  readonly namespaces: ReadonlySet<string>;
}

function neighboursOf(snapshot: Snapshot, { targets }: Scope): Neighbours {
  return {
    above: once(() => {
      const impacts = targets.flatMap(({ subject }) => [...snapshot.topology.impact(subject, 2).values()]);
      return new Set(impacts.map(({ subject }) => componentKey(snapshot, subject)));
    }),
    namespaces: new Set(targets.map(({ subject }) => subject.namespace ?? subject.name)),
  };
}

function scoreTerms(snapshot: Snapshot, input: Case): readonly ScoreTerm[] {
  const { entry, accounts, explains, onset } = input;
  const { lead, findings } = entry.hypothesis;
  const codes = new Set(findings.map(({ code }) => code));
  const since = lead.since ?? (accounts.length === 0 ? lastWritten(snapshot, entry.hypothesis.subject) : null);
  const stale = since && onset && onset - since > STALE_AFTER && accounts.every(({ hops }) => hops > 0);
  const terms: readonly (ScoreTerm | null)[] = [
    { name: 'strength', kind: 'start', value: lead.strength, words: 'what its own evidence is worth' },
    added('corroboration', Math.min(0.04, 0.02 * (codes.size - 1)), `${codes.size} different findings agree`),
    // What it explains speaks for it: each effect that would otherwise need a cause of its own.
    added('explains', Math.min(0.05, 0.01 * explains.length), `explains ${explains.length} other(s)`),
    added('layer', [0.03, 0.03, 0.02, 0.01, 0, 0, 0][layerRank(lead)] ?? 0, `lies in the layer ${lead.layer}`),
    relevance(snapshot, input),
    stale ? staleness(snapshot, input) : null,
    lead.role === 'symptom'
      ? { name: 'symptom', kind: 'cap', value: SYMPTOM_CEILING, words: 'is an effect that needs a cause' }
      : null,
    lead.role === 'symptom' && input.pointing.has(componentKey(snapshot, entry.hypothesis.subject))
      ? {
          name: 'symptom',
          kind: 'cap',
          value: POINTING_CEILING,
          words: 'points at another effect, which is nearer the cause',
        }
      : null,
    entry.explainedBy
      ? { name: 'explained', kind: 'cap', value: EXPLAINED_CEILING, words: 'is explained by another' }
      : null,
  ];
  return terms.filter((term) => term !== null);
}

// What nobody has written to for so long is as it was long before the alerts.
function lastWritten(snapshot: Snapshot, subject: Subject): Millis | null {
  const { metadata } = snapshot.objects.find(subject) ?? {};
  const written = (metadata?.managedFields ?? []).flatMap(({ subresource, time }) =>
    subresource === 'status' ? [] : (parseTime(time) ?? []),
  );
  const created = parseTime(metadata?.creationTimestamp);
  return created === null || written.length === 0 ? null : Math.max(created, ...written);
}

function staleness(snapshot: Snapshot, { accounts, scope, entry, neighbours }: Case): ScoreTerm {
  const isApart =
    accounts.length === 0 &&
    scope.targets.length > 0 &&
    !neighbours.above().has(componentKey(snapshot, entry.hypothesis.subject));
  return isApart
    ? {
        name: 'staleness',
        kind: 'times',
        value: STALE_UNRELATED,
        words: 'was so long before the alerts, and nothing leads from it to them',
      }
    : { name: 'staleness', kind: 'times', value: STALE_FACTOR, words: 'was so long before the alerts' };
}

/** Components that say themselves that another one fails of which something is known; who starves is not why others fail. */
function pointingComponents(snapshot: Snapshot, explained: readonly Explained[]): ReadonlySet<string> {
  const failing = new Set(
    explained
      .filter(({ hypothesis }) => hypothesis.category !== 'dependency-cascade')
      .map(({ hypothesis }) => componentKey(snapshot, hypothesis.subject)),
  );
  const pointing = new Set<string>();
  for (const { hypothesis } of explained) {
    const own = componentKey(snapshot, hypothesis.subject);
    if (hypothesis.category === 'dependency-cascade' || pointing.has(own)) continue;
    const blamed = hypothesis.findings
      .flatMap(({ blames }) => blames ?? [])
      .flatMap((subject) => behind(snapshot, subject));
    if (blamed.some((key) => key !== own && failing.has(key))) pointing.add(own);
  }
  return pointing;
}

function behind(snapshot: Snapshot, subject: Subject): readonly string[] {
  return [subject, ...selectedBy(snapshot.topology, subject)].map((part) => componentKey(snapshot, part));
}

function added(name: ScoreTerm['name'], value: number, words: string): ScoreTerm | null {
  return value === 0 ? null : { name, kind: 'add', value, words };
}

function totalOf(terms: readonly ScoreTerm[]): number {
  let total = 0;
  for (const { kind, value } of terms) {
    if (kind === 'times') total *= value;
    else total = kind === 'cap' ? Math.min(total, value) : total + value;
  }
  return Math.max(0, Math.min(0.99, total));
}

function relevance(snapshot: Snapshot, { entry, accounts, scope, neighbours }: Case): ScoreTerm | null {
  const { subject } = entry.hypothesis;
  const factor = (value: number, words: string): ScoreTerm => ({ name: 'relevance', kind: 'times', value, words });
  if (scope.targets.length === 0) {
    const outside = scope.namespaces && subject.namespace && !scope.namespaces.has(subject.namespace);
    return outside ? factor(UNRELATED_SAME_NAMESPACE, 'lies outside the namespaces asked about') : null;
  }
  if (accounts.length > 0) {
    const nearest = Math.min(...accounts.map(({ hops }) => hops));
    const share = accounts.length / scope.targets.length;
    const value = 1 - HOP_COST * Math.min(nearest, MAX_HOPS) - 0.05 * (1 - share);
    const far = nearest === 0 ? 'on an alerted object itself' : `${nearest} hop(s) from the nearest alerted object`;
    return value === 1 ? null : factor(value, `${far}, reaches ${accounts.length} of ${scope.targets.length} alerted`);
  }
  // The target may be downstream: it starves because its caller, or what routes to it, is broken.
  if (neighbours.above().has(componentKey(snapshot, subject)))
    return factor(DOWNSTREAM_ONLY, 'depends on what alerts, not the other way round');
  const near = subject.namespace !== undefined && neighbours.namespaces.has(subject.namespace);
  return near
    ? factor(UNRELATED_SAME_NAMESPACE, 'no path leads from it to what alerts, only the namespace is the same')
    : factor(UNRELATED, 'nothing leads from it to what alerts');
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
