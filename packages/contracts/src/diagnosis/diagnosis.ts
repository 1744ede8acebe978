import { z } from 'zod';
import { CATEGORY_NAMES } from './categories.ts';

export const DIAGNOSIS_SCHEMA = 'headwater.diagnosis/v1';

export const SubjectRef = z.object({
  cluster: z.string().optional(),
  apiVersion: z.string().optional(),
  kind: z.string().min(1),
  namespace: z.string().optional(),
  name: z.string().min(1),
  uid: z.string().optional(),
});

export const EvidenceId = z.string().regex(/^ev_[0-9a-z]{20}$/);

export const EVIDENCE_KINDS = [
  'field',
  'event',
  'log',
  'metric',
  'trace',
  'absence',
  'selection',
  'change',
  'alert',
] as const;

/** One immutable, content-addressed thing that was read. `query` is the locator a checker re-reads it by. */
export const Evidence = z.object({
  kind: z.enum(EVIDENCE_KINDS),
  source: z.string(),
  subject: SubjectRef.optional(),
  time: z.string().optional(),
  text: z.string(),
  series: z
    .object({ labels: z.record(z.string(), z.string()), samples: z.array(z.tuple([z.number(), z.number()])) })
    .optional(),
  query: z.string(),
  /** For metrics: the PromQL that shows the same, to paste into Prometheus. */
  promql: z.string().optional(),
  redacted: z.boolean(),
});
export type Evidence = z.infer<typeof Evidence>;

export const CONFIDENCE_BANDS = ['high', 'medium', 'low'] as const;
export const VERDICTS = ['cause', 'ambiguous', 'insufficient-evidence', 'no-fault'] as const;
export const RISK_CLASSES = ['R0', 'R1', 'R2', 'R3'] as const;

export const ChainLink = z.object({
  from: SubjectRef,
  to: SubjectRef,
  relation: z.string(),
  effect: z.string(),
  evidence: z.array(EvidenceId),
});
export type ChainLink = z.infer<typeof ChainLink>;

export const Cause = z.object({
  subject: SubjectRef,
  aliases: z.array(SubjectRef),
  category: z.enum(CATEGORY_NAMES),
  statement: z.string().min(1),
  confidence: z.object({ band: z.enum(CONFIDENCE_BANDS), score: z.number().min(0).max(1), basis: z.string() }),
  actor: SubjectRef.nullable(),
  change: z.string().nullable(),
  chain: z.array(ChainLink),
  supports: z.array(EvidenceId).min(1),
  contradicts: z.array(EvidenceId),
  findings: z.array(z.string()),
});
export type Cause = z.infer<typeof Cause>;

export const Symptom = z.object({ subject: SubjectRef, statement: z.string(), evidence: z.array(EvidenceId).min(1) });
export type Symptom = z.infer<typeof Symptom>;

export const RuledOut = z.object({
  subject: SubjectRef.optional(),
  category: z.enum(CATEGORY_NAMES).optional(),
  statement: z.string(),
  evidence: z.array(EvidenceId).min(1),
});
export type RuledOut = z.infer<typeof RuledOut>;

/** Something that could not be read, and what it would have told. */
export const Gap = z.object({ source: z.string(), statement: z.string(), wouldShow: z.string() });
export type Gap = z.infer<typeof Gap>;

export const DiagnosedChange = z.object({
  id: z.string(),
  time: z.string(),
  until: z.string().optional().describe('Set when only an interval is known: its end'),
  subject: SubjectRef.optional(),
  title: z.string(),
  actor: z.string().optional().describe('Who made it, in words'),
  diff: z.array(z.object({ path: z.string(), before: z.string().optional(), after: z.string().optional() })).optional(),
  relevance: z.string(),
  weight: z.number().min(0).max(1).optional().describe('How much it has to do with the incident; orders the list'),
});
export type DiagnosedChange = z.infer<typeof DiagnosedChange>;

export const Remediation = z.object({
  action: z.string(),
  risk: z.enum(RISK_CLASSES),
  statement: z.string(),
  preconditions: z.array(z.string()),
  undo: z.string(),
});
export type Remediation = z.infer<typeof Remediation>;

/** The diagnosis contract: what the engine returns, the CLI prints, the API serves and the bench scores. */
export const Diagnosis = z.object({
  schema: z.literal(DIAGNOSIS_SCHEMA),
  verdict: z.enum(VERDICTS),
  summary: z.string(),
  onset: z.string().nullable(),
  causes: z.array(Cause),
  symptoms: z.array(Symptom),
  unexplained: z.array(z.string()),
  ruledOut: z.array(RuledOut),
  gaps: z.array(Gap),
  changes: z.array(DiagnosedChange),
  evidence: z.record(EvidenceId, Evidence),
  remediation: z.array(Remediation),
  engine: z.object({
    version: z.string(),
    ms: z.number(),
    objects: z.number().int(),
    analyzers: z.number().int(),
  }),
});
export type Diagnosis = z.infer<typeof Diagnosis>;
