import {
  EmbeddingAnswer,
  EmbeddingRequest,
  EmbeddingSearchAnswer,
  EmbeddingSearchRequest,
  RECALL_MODEL,
} from '@headwater/contracts/http/recall.ts';
import { rememberIncident } from '@headwater/engine/recall/remember.ts';
import { searchRecall } from '@headwater/engine/recall/search.ts';
import { findIncident } from '@headwater/engine/views/incidents.ts';
import { OnceHeaders } from '../incidents/inputs.ts';
import { defineRoute, type Route } from '../route.ts';

const createEmbedding = defineRoute({
  method: 'POST',
  url: '/api/v1/embeddings',
  operationId: 'createEmbedding',
  summary: 'Keep a summary of an incident for finding it again',
  description: 'One per incident: it replaces the one before. Found by its words; no vectors are involved.',
  tags: ['recall'],
  access: 'incidents.write',
  idempotent: true,
  headers: OnceHeaders,
  body: EmbeddingRequest,
  responses: { 201: EmbeddingAnswer },
  async handle({ ctx, body }) {
    const { id: incidentId } = await findIncident(ctx, body.incidentId);
    const embeddingId = await rememberIncident(ctx, { incidentId, summary: body.incidentSummary });
    return { embeddingId, model: RECALL_MODEL };
  },
});

const searchEmbeddings = defineRoute({
  method: 'POST',
  url: '/api/v1/embeddings/search',
  operationId: 'searchEmbeddings',
  summary: 'Incidents whose words answer a text, each once',
  tags: ['recall'],
  access: 'incidents.read',
  body: EmbeddingSearchRequest,
  responses: { 200: EmbeddingSearchAnswer },
  async handle({ ctx, body }) {
    const hits = await searchRecall(ctx, body.query, body.limit);
    const results = hits.map(({ incident, similarity }) => ({
      incidentId: incident.id,
      number: incident.number,
      title: incident.title,
      incidentSummary: incident.summary,
      similarity,
    }));
    return { results, model: RECALL_MODEL };
  },
});

export const embeddingRoutes: readonly Route[] = [createEmbedding, searchEmbeddings];
