import { SummarizeRequest, SummarizeResponse } from '@headwater/contracts/http/agent.ts';
import { summarizeIncident } from '@headwater/engine/diagnose/summarize-incident.ts';
import { defineRoute } from '../route.ts';

export const summarize = defineRoute({
  method: 'POST',
  url: '/summarize-incident',
  operationId: 'summarizeIncident',
  summary: 'Summarise an incident from the analyses of its alerts, as the kube-rca agent does',
  tags: ['analysis'],
  access: 'incidents.read',
  body: SummarizeRequest,
  responses: { 200: SummarizeResponse },
  handle: ({ body }) => summarizeIncident(body),
});
