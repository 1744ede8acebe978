import { z } from 'zod';
import { bodyWithAliases, plain } from './common.ts';

/** Similarity by shared words; no vectors are involved and none are claimed. */
export const RECALL_MODEL = 'lexical-v1';

export const EmbeddingRequest = bodyWithAliases(
  z.strictObject({
    incidentId: plain(64).min(1),
    incidentSummary: z.string().trim().min(1).max(20_000),
  }),
  { incident_id: 'incidentId', incident_summary: 'incidentSummary' },
);

export const EmbeddingAnswer = z.object({ embeddingId: z.string(), model: z.string() });

export const EmbeddingSearchRequest = bodyWithAliases(
  z.strictObject({
    query: z.string().trim().min(1).max(4_000),
    limit: z.number().int().min(1).max(50).default(10),
  }),
);

export const EmbeddingSearchAnswer = z.object({
  results: z.array(
    z.object({
      incidentId: z.string(),
      number: z.number().int(),
      title: z.string(),
      incidentSummary: z.string(),
      similarity: z.number().min(0).max(1),
    }),
  ),
  model: z.string(),
});
export type EmbeddingSearchAnswer = z.infer<typeof EmbeddingSearchAnswer>;
