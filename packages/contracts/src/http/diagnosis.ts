import { z } from 'zod';
import { Diagnosis, EvidenceId, VERDICTS } from '../diagnosis/diagnosis.ts';
import { pageOf, Time } from './common.ts';

export const DIAGNOSIS_PHASES = ['firing', 'resolved'] as const;

/** What differs from the diagnosis before; each list holds sentences. */
export const DiagnosisDelta = z
  .object({
    previousRevision: z.number().int(),
    verdict: z.object({ before: z.string(), after: z.string() }).nullable(),
    causes: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
    symptoms: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
    evidence: z.object({ added: z.number().int(), removed: z.number().int() }),
    summary: z.string(),
  })
  .meta({ id: 'DiagnosisDelta' });
export type DiagnosisDelta = z.infer<typeof DiagnosisDelta>;

export const DiagnosisSummary = z
  .object({
    id: z.string(),
    revision: z.number().int(),
    phase: z.enum(DIAGNOSIS_PHASES),
    verdict: z.enum(VERDICTS),
    summary: z.string(),
    requestedBy: z.string().nullable().describe('Who asked for it; null when the evidence changed by itself'),
    milliseconds: z.number().int(),
    createdAt: Time,
  })
  .meta({ id: 'DiagnosisSummary' });
export type DiagnosisSummary = z.infer<typeof DiagnosisSummary>;

/** One diagnosis of an incident: the contract body, which diagnosis it is, and what it changed. */
export const DiagnosisRevision = DiagnosisSummary.extend({
  body: Diagnosis,
  delta: DiagnosisDelta.nullable(),
  withheld: z.array(EvidenceId).describe('Evidence of namespaces the caller may not read: named, its content left out'),
}).meta({ id: 'DiagnosisRevision' });
export type DiagnosisRevision = z.infer<typeof DiagnosisRevision>;

export const DiagnosisPage = pageOf(DiagnosisSummary);
