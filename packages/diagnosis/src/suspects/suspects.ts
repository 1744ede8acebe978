import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { incidentOnset } from '../metrics/incident-onset.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { logTerms } from './log-terms.ts';
import { metricTerms } from './metric-terms.ts';
import { measuredBySpans, traceTerms } from './trace-terms.ts';

/** One reason to look at a workload: how much of it changed, 0 to 1, and what that was. */
export interface Term {
  readonly subject: Subject;
  readonly name: TermName;
  readonly value: number;
  readonly says: string;
}

/** A workload by how much its telemetry changed when the incident began. */
export interface Suspect {
  readonly subject: Subject;
  readonly score: number;
  /** Strongest first. */
  readonly terms: readonly Term[];
}

/**
 * How far each kind of change speaks for its workload as the origin. What a workload does by itself (new error shapes, errors that begin
 * in it, its own time) says more than what its surroundings may do to it (its latency, its load).
 */
const WEIGHTS = {
  'error-origin': 0.8,
  'new-errors': 0.7,
  'self-time': 0.8,
  'own-latency': 0.75,
  'network-time': 0.7,
  'critical-path': 0.5,
  resource: 0.6,
  'error-ratio': 0.35,
  load: 0.15,
} as const;
export type TermName = keyof typeof WEIGHTS;
const OWN_TIME: ReadonlySet<TermName> = new Set(['self-time', 'critical-path']);

/**
 * Workloads ordered by telemetry alone, the likeliest origin first; no object is looked at and no mechanism claimed. For where no
 * mechanism can be proven: a place to begin to look. The terms are joined as independent reasons.
 */
export function telemetrySuspects(snapshot: Snapshot, since: Millis | null = onsetOf(snapshot)): readonly Suspect[] {
  if (since === null) return [];
  const traced = traceTerms(snapshot, since);
  const spanned = measuredBySpans(snapshot, since);
  const measured = metricTerms(snapshot, since).map((term) => discounted(term, { spanned, traced }));
  const terms = [...measured, ...traced, ...logTerms(snapshot, since)];
  return [...Map.groupBy(terms, ({ subject }) => subjectKey(subject)).values()]
    .map(suspectOf)
    .sort(
      (left, right) => right.score - left.score || compareText(subjectKey(left.subject), subjectKey(right.subject)),
    );
}

// Latency says that somebody waited; spans that measure the workload's own time say whether it was for itself.
const CLEARED_BY_SPANS = 0.3;

function discounted(term: Term, { spanned, traced }: { spanned: ReadonlySet<string>; traced: readonly Term[] }): Term {
  const key = subjectKey(term.subject);
  if (term.name !== 'own-latency' || !spanned.has(key)) return term;
  const grew = traced.some(({ name, subject }) => OWN_TIME.has(name) && subjectKey(subject) === key);
  return grew ? term : { ...term, value: term.value * CLEARED_BY_SPANS };
}

function suspectOf(terms: readonly Term[]): Suspect {
  const best = new Map<TermName, Term>();
  for (const term of terms) {
    const known = best.get(term.name);
    if (!known || term.value > known.value) best.set(term.name, term);
  }
  const sorted = [...best.values()].sort(
    (left, right) => weigh(right) - weigh(left) || compareText(left.name, right.name),
  );
  const innocent = sorted.reduce((product, term) => product * (1 - weigh(term)), 1);
  const [first] = sorted;
  if (!first) throw new Error('a suspect without terms');
  return { subject: first.subject, score: 1 - innocent, terms: sorted };
}

function weigh({ name, value }: Term): number {
  return WEIGHTS[name] * value;
}

function onsetOf(snapshot: Snapshot): Millis | null {
  const starts = snapshot.alerts.flatMap(({ startsAt }) => (startsAt === null ? [] : [startsAt]));
  return incidentOnset(snapshot)?.time ?? (starts.length === 0 ? null : Math.min(...starts));
}
