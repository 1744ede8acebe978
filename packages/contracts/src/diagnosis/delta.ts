import { compareText, subjectKey } from '@headwater/core/subject.ts';
import { z } from 'zod';
import { type Cause, type Diagnosis, EvidenceId } from './diagnosis.ts';

export const DIAGNOSIS_PHASES = ['firing', 'resolved'] as const;
export type DiagnosisPhase = (typeof DIAGNOSIS_PHASES)[number];

const CameAndWent = z.object({ added: z.array(z.string()), removed: z.array(z.string()) });

/** How one analysis of an incident differs from an earlier one; causes and symptoms by their statements. */
export const DiagnosisDelta = z.object({
  previousRevision: z.number().int(),
  /** Null when both say the same. */
  verdict: z.object({ before: z.string(), after: z.string() }).nullable(),
  causes: CameAndWent,
  symptoms: CameAndWent,
  evidence: z.object({ added: z.number().int(), removed: z.number().int() }),
  /** State the earlier analysis cited that is different now; `now` null when the thing itself is gone. */
  noLongerTrue: z.array(z.object({ id: EvidenceId, was: z.string(), now: z.string().nullable() })),
  summary: z.string(),
});
export type DiagnosisDelta = z.infer<typeof DiagnosisDelta>;

export interface DeltaSides {
  readonly before: Diagnosis;
  readonly after: Diagnosis;
  readonly previousRevision: number;
  /** Reads cited evidence of the earlier analysis again: its text now, null when it is gone. */
  readonly reread: (evidence: Diagnosis['evidence'][string]) => string | null;
}

// What an Event or a log line said stays said; only these tell a state that can end.
const STATES: ReadonlySet<string> = new Set(['field', 'absence', 'selection']);

/** What changed from one analysis to a later one. Causes are the same when subject and category are, symptoms when the subject is. */
export function diagnosisDelta({ before, after, previousRevision, reread }: DeltaSides): DiagnosisDelta {
  const verdict = before.verdict === after.verdict ? null : { before: before.verdict, after: after.verdict };
  const causes = compare(before.causes, after.causes, causeKey);
  const symptoms = compare(before.symptoms, after.symptoms, ({ subject }) => subjectKey(subject));
  const noLongerTrue = Object.entries(before.evidence).flatMap(([id, evidence]) => {
    if (!STATES.has(evidence.kind)) return [];
    const now = reread(evidence);
    return now === evidence.text ? [] : [{ id, was: evidence.text, now }];
  });
  return {
    previousRevision,
    verdict,
    causes,
    symptoms,
    evidence: {
      added: Object.keys(after.evidence).filter((id) => !Object.hasOwn(before.evidence, id)).length,
      removed: Object.keys(before.evidence).filter((id) => !Object.hasOwn(after.evidence, id)).length,
    },
    noLongerTrue: noLongerTrue.sort((left, right) => compareText(left.id, right.id)),
    summary: summaryOf({ verdict, causes, gone: noLongerTrue.length }),
  };
}

function compare<T extends { readonly statement: string }>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
): z.infer<typeof CameAndWent> {
  const known = new Set(before.map(keyOf));
  const still = new Set(after.map(keyOf));
  return {
    added: after.filter((item) => !known.has(keyOf(item))).map(({ statement }) => statement),
    removed: before.filter((item) => !still.has(keyOf(item))).map(({ statement }) => statement),
  };
}

function causeKey({ subject, category }: Cause): string {
  return `${category} ${subjectKey(subject)}`;
}

interface Differences extends Pick<DiagnosisDelta, 'verdict' | 'causes'> {
  readonly gone: number;
}

function summaryOf({ verdict, causes, gone }: Differences): string {
  const parts = [
    ...(verdict ? [`the verdict went from ${verdict.before} to ${verdict.after}`] : []),
    ...counted(causes.removed.length, 'cause', 'no longer seen'),
    ...counted(causes.added.length, 'cause', 'new'),
    ...counted(gone, 'cited fact', 'no longer true'),
  ];
  const text = parts.length === 0 ? 'nothing that matters changed' : parts.join(', ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function counted(count: number, what: string, how: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? ' is' : 's are'} ${how}`];
}
