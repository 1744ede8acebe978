import { requestDiagnosis } from '@headwater/engine/diagnose/request-diagnosis.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';

export const request = defineRoute({
  method: 'POST',
  url: '/api/v1/incidents/:id/analyze',
  operationId: 'requestDiagnosis',
  summary: 'Ask for a new analysis of an incident',
  description:
    'The analysis runs in the background and appears as a new revision when it says something new. Asking again while one waits changes nothing.',
  tags: ['analysis'],
  access: 'incidents.write',
  params: z.object({ id: z.string().max(64) }),
  responses: { 202: z.object({ queued: z.boolean().describe('False when one waited already') }) },
  handle: ({ ctx, params }) => requestDiagnosis(ctx, params.id),
});
