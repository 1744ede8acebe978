import { z } from 'zod';
import { DIAGNOSIS_PHASES, DiagnosisDelta } from '../diagnosis/delta.ts';
import { Diagnosis, EvidenceId, VERDICTS } from '../diagnosis/diagnosis.ts';
import { Time } from './common.ts';

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

export const DiagnosisSummaries = z.object({ items: z.array(DiagnosisSummary) });

/** The answer to asking for a diagnosis; `queued` is false when one waited already. */
export const AnalysisQueued = z.object({ incidentId: z.string(), queued: z.boolean() });
