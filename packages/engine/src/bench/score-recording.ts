import type { Cause, Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ExpectedDiagnosis, ObjectPattern } from '@headwater/contracts/recording/expected.ts';
import { globOf } from '@headwater/core/glob.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';

/** The owners of a subject from itself up to the top of its chain: Pod, ReplicaSet, Deployment. */
export type OwnersOf = (subject: Subject) => readonly Subject[];

export const ASPECTS = ['verdict', 'object', 'category', 'keywords', 'forbidden', 'remediation'] as const;
export type Aspect = (typeof ASPECTS)[number];

/** How one diagnosis does against its ground truth; an aspect the truth says nothing about is absent. */
export interface RecordingScore {
  readonly right: boolean;
  readonly aspects: Readonly<Partial<Record<Aspect, boolean>>>;
  /** What was expected and what came instead, one sentence each. */
  readonly misses: readonly string[];
}

interface Judged {
  readonly aspect: Aspect;
  /** Empty when right. */
  readonly misses: readonly string[];
}

/** Scores a diagnosis against the ground truth of its recording. */
export function scoreDiagnosis(diagnosis: Diagnosis, expected: ExpectedDiagnosis, owners: OwnersOf): RecordingScore {
  const judged = [
    verdictOf(diagnosis, expected),
    ...(expected.verdict === 'cause' ? causeAspects(diagnosis, expected, owners) : []),
    forbiddenOf(diagnosis, expected, owners),
    ...(expected.remediation.length > 0 ? [remediationOf(diagnosis, expected)] : []),
  ];
  const misses = judged.flatMap((one) => one.misses);
  const aspects = Object.fromEntries(judged.map((one) => [one.aspect, one.misses.length === 0]));
  return { right: misses.length === 0, aspects, misses };
}

function verdictOf(diagnosis: Diagnosis, { verdict }: ExpectedDiagnosis): Judged {
  const misses = diagnosis.verdict === verdict ? [] : [`verdict ${diagnosis.verdict}, expected ${verdict}`];
  return { aspect: 'verdict', misses };
}

function causeAspects(diagnosis: Diagnosis, expected: ExpectedDiagnosis, owners: OwnersOf): Judged[] {
  const objects: Judged = { aspect: 'object', misses: objectMisses(diagnosis, expected, owners) };
  const judgedCauses = expected.allCauses
    ? diagnosis.causes.filter((cause) => expected.causes.some((pattern) => matchesCause(cause, pattern, owners)))
    : diagnosis.causes.slice(0, 1);
  const judged = [objects];
  if (expected.category.length > 0) judged.push(categoryOf(judgedCauses, expected));
  if (expected.keywords.length > 0) judged.push(keywordsOf(diagnosis, judgedCauses, expected));
  return judged;
}

function objectMisses({ causes }: Diagnosis, expected: ExpectedDiagnosis, owners: OwnersOf): string[] {
  if (expected.allCauses) {
    return expected.causes
      .filter((pattern) => !causes.some((cause) => matchesCause(cause, pattern, owners)))
      .map((pattern) => `no cause is ${formatPattern(pattern)}; causes: ${causes.map(describe).join('; ') || 'none'}`);
  }
  const [first] = causes;
  if (expected.causes.length === 0) return [];
  if (first && expected.causes.some((pattern) => matchesCause(first, pattern, owners))) return [];
  return [
    `first cause ${first ? describe(first) : 'missing'}, expected ${expected.causes.map(formatPattern).join(' or ')}`,
  ];
}

function categoryOf(causes: readonly Cause[], { category, allCauses }: ExpectedDiagnosis): Judged {
  const found = causes.map((cause) => cause.category);
  const right = allCauses
    ? category.every((slug) => found.includes(slug))
    : found.some((slug) => category.includes(slug));
  const miss = `category ${found.join(', ') || 'missing'}, expected ${category.join(allCauses ? ' and ' : ' or ')}`;
  return { aspect: 'category', misses: right ? [] : [miss] };
}

function keywordsOf(diagnosis: Diagnosis, causes: readonly Cause[], { keywords }: ExpectedDiagnosis): Judged {
  const cited = causes.flatMap((cause) => [...cause.supports, ...cause.chain.flatMap((link) => link.evidence)]);
  const said = causes.map(({ statement }) => statement);
  const text = [...said, ...cited.map((id) => diagnosis.evidence[id]?.text ?? '')].join('\n').toLowerCase();
  const missing = keywords.filter((group) => !group.some((word) => text.includes(word.toLowerCase())));
  return { aspect: 'keywords', misses: missing.map((group) => `nobody says ${group.join(' or ')}`) };
}

// Only what a cause is about counts here: an alias may well name a thing that merely belongs to it.
function forbiddenOf({ causes }: Diagnosis, expected: ExpectedDiagnosis, owners: OwnersOf): Judged {
  const [first] = causes;
  const judged = expected.allCauses ? causes : first ? [first] : [];
  const misses = judged.flatMap((cause) =>
    expected.not.flatMap((pattern) => {
      const hit =
        'category' in pattern
          ? cause.category === pattern.category
          : owners(cause.subject).some((subject) => matches(subject, pattern));
      return hit ? [`${describe(cause)} must not be a cause`] : [];
    }),
  );
  return { aspect: 'forbidden', misses };
}

function remediationOf({ remediation }: Diagnosis, expected: ExpectedDiagnosis): Judged {
  const actions = remediation.map(({ action }) => action);
  const right = actions.some((action) => expected.remediation.includes(action));
  const miss = `remediation ${actions.join(', ') || 'missing'}, expected ${expected.remediation.join(' or ')}`;
  return { aspect: 'remediation', misses: right ? [] : [miss] };
}

function matchesCause(cause: Cause, pattern: ObjectPattern, owners: OwnersOf): boolean {
  return [...owners(cause.subject), ...cause.aliases].some((subject) => matches(subject, pattern));
}

function matches(subject: Subject, pattern: ObjectPattern): boolean {
  return (
    globOf(pattern.kind)(subject.kind) &&
    globOf(pattern.namespace ?? '*')(subject.namespace ?? '') &&
    globOf(pattern.name ?? '*')(subject.name)
  );
}

function describe(cause: Cause): string {
  return `${formatSubject(cause.subject)} (${cause.category})`;
}

function formatPattern({ kind, namespace, name }: ObjectPattern): string {
  return formatSubject({ kind, name: name ?? '*', ...(namespace ? { namespace } : {}) });
}
