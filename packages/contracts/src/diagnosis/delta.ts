import { compareText, subjectKey } from '@headwater/core/subject.ts';
import { z } from 'zod';
import { type Cause, type Diagnosis, EvidenceId, SubjectRef, VERDICTS } from './diagnosis.ts';

export const DIAGNOSIS_PHASES = ['firing', 'resolved'] as const;
export type DiagnosisPhase = (typeof DIAGNOSIS_PHASES)[number];

const DeltaCause = z.object({ subject: SubjectRef, category: z.string(), statement: z.string() });

/** How one analysis of an incident differs from an earlier one. */
export const DiagnosisDelta = z.object({
  against: z.object({ revision: z.number().int(), phase: z.enum(DIAGNOSIS_PHASES) }),
  /** Null when both say the same. */
  verdict: z.object({ before: z.enum(VERDICTS), after: z.enum(VERDICTS) }).nullable(),
  causesAdded: z.array(DeltaCause),
  causesRemoved: z.array(DeltaCause),
  /** State the earlier analysis cited that is different now; `now` null when the thing itself is gone. */
  noLongerTrue: z.array(z.object({ id: EvidenceId, was: z.string(), now: z.string().nullable() })),
});
export type DiagnosisDelta = z.infer<typeof DiagnosisDelta>;

export interface DeltaSides {
  readonly before: Diagnosis;
  readonly after: Diagnosis;
  readonly against: DiagnosisDelta['against'];
  /** Reads cited evidence of the earlier analysis again: its text now, null when it is gone. */
  readonly reread: (evidence: Diagnosis['evidence'][string]) => string | null;
}

// What an Event or a log line said stays said; only these tell a state that can end.
const STATES: ReadonlySet<string> = new Set(['field', 'absence', 'selection']);

/** What changed from one analysis to a later one. Causes are the same when subject and category are. */
export function diagnosisDelta({ before, after, against, reread }: DeltaSides): DiagnosisDelta {
  const known = new Set(before.causes.map(causeKey));
  const still = new Set(after.causes.map(causeKey));
  const noLongerTrue = Object.entries(before.evidence).flatMap(([id, evidence]) => {
    if (!STATES.has(evidence.kind)) return [];
    const now = reread(evidence);
    return now === evidence.text ? [] : [{ id, was: evidence.text, now }];
  });
  return {
    against,
    verdict: before.verdict === after.verdict ? null : { before: before.verdict, after: after.verdict },
    causesAdded: after.causes.filter((cause) => !known.has(causeKey(cause))).map(short),
    causesRemoved: before.causes.filter((cause) => !still.has(causeKey(cause))).map(short),
    noLongerTrue: noLongerTrue.sort((left, right) => compareText(left.id, right.id)),
  };
}

function causeKey({ subject, category }: Cause): string {
  return `${category} ${subjectKey(subject)}`;
}

function short({ subject, category, statement }: Cause): z.infer<typeof DeltaCause> {
  return { subject, category, statement };
}
