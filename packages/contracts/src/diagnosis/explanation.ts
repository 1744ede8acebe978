import { z } from 'zod';
import { CATEGORY_NAMES } from './categories.ts';
import { ChainLink, Diagnosis, SubjectRef } from './diagnosis.ts';

export const EXPLANATION_SCHEMA = 'headwater.explanation/v1';

/** What became of a hypothesis; docs/reasoning.md says when each. */
export const OUTCOME_CODES = [
  'won',
  'rival',
  'beside',
  'hint',
  'explained',
  'symptom',
  'alert-only',
  'below-floor',
  'elsewhere',
  'crowded-out',
  'idle',
] as const;
export type OutcomeCode = (typeof OUTCOME_CODES)[number];

/** One step of a score: `start` sets it, `add` and `times` change it, `cap` lowers it; `score` is what it is after the step. */
export const ExplainedTerm = z.object({
  name: z.string(),
  kind: z.enum(['start', 'add', 'times', 'cap']),
  value: z.number(),
  score: z.number(),
  words: z.string(),
});
export type ExplainedTerm = z.infer<typeof ExplainedTerm>;

export const ExplainedHypothesis = z.object({
  place: z.number().int().positive(),
  subject: SubjectRef,
  category: z.enum(CATEGORY_NAMES),
  statement: z.string(),
  role: z.enum(['cause', 'symptom']),
  layer: z.string(),
  score: z.number().min(0).max(1),
  terms: z.array(ExplainedTerm),
  findings: z.array(z.string()),
  /** Alerted objects it would account for, with the hops between. */
  accounts: z.array(z.object({ subject: SubjectRef, hops: z.number().int() })),
  /** Places of the hypotheses that are its effects. */
  explains: z.array(z.number().int().positive()),
  outcome: z.object({
    code: z.enum(OUTCOME_CODES),
    words: z.string(),
    /** Place of the hypothesis it lost to or shares its place with. */
    against: z.number().int().positive().nullable(),
    through: z.array(z.object({ from: SubjectRef, to: SubjectRef, relation: z.string() })),
  }),
});
export type ExplainedHypothesis = z.infer<typeof ExplainedHypothesis>;

export const ExplainedAlert = z.object({
  fingerprint: z.string(),
  name: z.string(),
  /** What its labels mean in this cluster. */
  subjects: z.array(SubjectRef),
  /** Place of the hypothesis that explains it; null when none of the reported ones does. */
  explainedBy: z.number().int().positive().nullable(),
  chain: z.array(ChainLink.pick({ from: true, to: true, relation: true, effect: true })),
});
export type ExplainedAlert = z.infer<typeof ExplainedAlert>;

/** How a diagnosis came about: every hypothesis with its score and its fate, and every alert with its chain. */
export const DiagnosisExplanation = z.object({
  schema: z.literal(EXPLANATION_SCHEMA),
  diagnosis: Diagnosis,
  hypotheses: z.array(ExplainedHypothesis),
  alerts: z.array(ExplainedAlert),
});
export type DiagnosisExplanation = z.infer<typeof DiagnosisExplanation>;
