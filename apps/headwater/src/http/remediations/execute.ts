import { Remediation } from '@headwater/contracts/http/remediation.ts';
import { executeRemediation } from '@headwater/engine/execute/execute-remediation.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { presentRemediation } from './present.ts';

export const executeRemediationRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/remediations/:id/execute',
  operationId: 'executeRemediation',
  summary: 'Run an approved plan, once, as another person than its approver',
  tags: ['remediations'],
  access: 'incidents.write',
  params: z.object({ id: z.string() }),
  responses: { 200: Remediation },
  async handle({ ctx, params, services }) {
    const row = await executeRemediation(ctx, params.id, { remediator: services.remediator });
    return presentRemediation(row, ctx);
  },
});
