import { ProposeBody, Remediation } from '@headwater/contracts/http/remediation.ts';
import { proposeRemediation } from '@headwater/engine/propose/propose-remediation.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { presentRemediation } from './present.ts';

export const proposeRemediationRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/incidents/:id/remediations',
  operationId: 'proposeRemediation',
  summary: 'Propose an action on an object the diagnosis blames; changes nothing in the cluster',
  tags: ['remediations'],
  access: 'incidents.write',
  params: z.object({ id: z.string() }),
  body: ProposeBody,
  responses: { 201: Remediation },
  async handle({ ctx, params, body }) {
    const input = { incidentId: params.id, action: body.action, subject: body.subject ?? null };
    return presentRemediation(await proposeRemediation(ctx, input), ctx);
  },
});
