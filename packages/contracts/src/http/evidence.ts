import { z } from 'zod';
import { EVIDENCE_KINDS, SubjectRef } from '../diagnosis/diagnosis.ts';
import { listParam, PageQuery, pageOf, Time, FlagParam } from './common.ts';

/** What a diagnosis cites, and what was collected whole. */
export const STORED_EVIDENCE_KINDS = [...EVIDENCE_KINDS, 'object', 'log-excerpt', 'series'] as const;

/** One thing that was read. When `withheld`, the caller may not read its namespace: only its kind and source are told. */
export const EvidenceItem = z
  .object({
    id: z.string(),
    kind: z.string(),
    source: z.string(),
    subject: SubjectRef.nullable(),
    namespace: z.string().nullable(),
    observedAt: Time.nullable(),
    collectedAt: Time,
    text: z.string(),
    query: z.string().describe('Where a checker reads it again'),
    redacted: z.boolean().describe('Secrets in it were masked'),
    withheld: z.boolean(),
    cited: z.boolean().describe('The latest diagnosis rests on it'),
  })
  .meta({ id: 'EvidenceItem' });
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** With everything that was read: series, objects, lines. */
export const EvidenceDetail = EvidenceItem.extend({ content: z.unknown() }).meta({ id: 'EvidenceDetail' });
export type EvidenceDetail = z.infer<typeof EvidenceDetail>;

export const EvidencePage = pageOf(EvidenceItem);

export const EvidenceListQuery = PageQuery.extend({
  kind: listParam(z.enum(STORED_EVIDENCE_KINDS)),
  cited: FlagParam.optional().describe('Only what the latest diagnosis rests on, or only the rest'),
});
export type EvidenceListQuery = z.output<typeof EvidenceListQuery>;
