import type { Diagnosis, Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Unhealthy } from './health.ts';
import type { Ranked } from './rank.ts';
import type { Target } from './targets.ts';

export interface Judgement {
  readonly verdict: Diagnosis['verdict'];
  /** Ranked hypotheses that are reported as causes. */
  readonly causes: readonly Ranked[];
  /** Two hypotheses that stand too close to choose; null unless ambiguous. */
  readonly rivals: readonly [Ranked, Ranked] | null;
}

// Below this a hypothesis is a hint, not a cause.
export const CAUSE_FLOOR = 0.5;
// Rivals closer than this cannot be told apart by the evidence at hand.
export const MARGIN = 0.03;
export const MAX_CAUSES = 5;

export interface JudgementInput {
  readonly ranked: readonly Ranked[];
  readonly targets: readonly Target[];
  /** What is visibly wrong, asked for only where no cause stands. */
  readonly unhealthy: () => readonly Unhealthy[];
  /** True when the sources needed to call something healthy were read. */
  readonly canSee: boolean;
  /** Whether metrics were read: what an alert says of saturation is not visible without them. */
  readonly canMeasure: boolean;
  /** Whether the metrics of what alerts contradict every alert that fires. */
  readonly refuted: boolean;
}

/** Chooses the verdict: guesses are never called causes, and health is only claimed of what was seen. */
export function judge({ ranked, targets, unhealthy, canSee, canMeasure, refuted }: JudgementInput): Judgement {
  const standing = ranked.filter(
    (entry) =>
      entry.score >= CAUSE_FLOOR &&
      !entry.explainedBy &&
      entry.hypothesis.lead.role === 'cause' &&
      !isUnseen(entry) &&
      !(refuted && isOnlyTold(entry)),
  );
  const [first, ...others] = standing;
  if (first) {
    const related = [first, ...others.filter((other) => isRelevant(other, first, targets))].slice(0, MAX_CAUSES);
    const rival = related.slice(1).find((other) => first.score - other.score < MARGIN && areRivals(first, other));
    return { verdict: rival ? 'ambiguous' : 'cause', causes: related, rivals: rival ? [first, rival] : null };
  }
  const hints = ranked
    .filter(
      (entry) =>
        !entry.explainedBy &&
        // What a log always said is no sign of a fault that was measured not to be there.
        !(refuted && entry.hypothesis.lead.role === 'symptom') &&
        concernsTargets(entry, targets) &&
        !(isUnseen(entry) && (canMeasure || entry.hypothesis.lead.role === 'symptom')),
    )
    .slice(0, 3);
  const lost = targets.length > 0 && targets.every(({ exists }) => !exists);
  if (hints.length > 0 || lost || unhealthy().length > 0 || !canSee)
    return { verdict: 'insufficient-evidence', causes: hints, rivals: null };
  return { verdict: 'no-fault', causes: [], rivals: null };
}

/** Whether alerts are all that speaks for it: an alert by itself is a claim to be checked, not something seen. */
export function isUnseen({ hypothesis }: Ranked): boolean {
  return hypothesis.findings.every(({ evidence }) => evidence.every(({ kind }) => kind === 'alert'));
}

/**
 * Whether words in a log are all that speaks for it. A log may hold what a user typed, or errors nobody feels: where everything
 * alerted was measured to be well, such words do not make a cause.
 */
export function isOnlyTold({ hypothesis }: Ranked): boolean {
  const evidence = hypothesis.findings.flatMap((finding) => finding.evidence);
  return evidence.some(({ kind }) => kind === 'log') && evidence.every((one) => one.kind === 'log' || isWritten(one));
}

// Alerts are claims, and what people wrote into an object says nothing of how it does.
function isWritten({ kind, query }: Evidence): boolean {
  return kind === 'alert' || (kind === 'field' && !query.startsWith('field:status'));
}

/** An independent fault elsewhere is reported only when it accounts for an alert, or when nobody asked about one. */
export function isRelevant(other: Ranked, first: Ranked, targets: readonly Target[]): boolean {
  if (targets.length === 0 || other.accounts.length > 0) return true;
  return first.accounts.length === 0 && other.score > first.score - 0.2;
}

function concernsTargets(entry: Ranked, targets: readonly Target[]): boolean {
  return targets.length === 0 ? entry.score >= 0.3 : entry.accounts.length > 0 && entry.score >= 0.25;
}

// Two hypotheses compete only when each would account for the same thing by itself: the same object by two mechanisms,
// or the same alerts from two objects. Faults with scopes of their own are two causes, not a doubt.
function areRivals(left: Ranked, right: Ranked): boolean {
  const leftTargets = left.accounts.map(({ target }) => target);
  const rightTargets = right.accounts.map(({ target }) => target);
  const sameObject = left.hypothesis.key.split('#')[0] === right.hypothesis.key.split('#')[0];
  if (sameObject) return left.hypothesis.lead.layer === right.hypothesis.lead.layer;
  if (leftTargets.length === 0) return false;
  const sameTargets =
    leftTargets.length === rightTargets.length && leftTargets.every((target) => rightTargets.includes(target));
  return sameTargets && left.hypothesis.lead.layer === right.hypothesis.lead.layer;
}
