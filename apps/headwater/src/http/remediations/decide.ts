import { ApproveBody, RejectBody, Remediation } from '@headwater/contracts/http/remediation.ts';
import { approveRemediation, rejectRemediation } from '@headwater/engine/approve/approve-remediation.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { presentRemediation } from './present.ts';

const params = z.object({ id: z.string() });

export const approveRemediationRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/remediations/:id/approve',
  operationId: 'approveRemediation',
  summary: 'Approve exactly the plan with this hash, as another person than its proposer',
  tags: ['remediations'],
  access: 'approve',
  params,
  body: ApproveBody,
  responses: { 200: Remediation },
  async handle({ ctx, params: { id }, body }) {
    return presentRemediation(await approveRemediation(ctx, { id, planHash: body.planHash }), ctx);
  },
});

export const rejectRemediationRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/remediations/:id/reject',
  operationId: 'rejectRemediation',
  summary: 'Turn a plan down before it runs',
  tags: ['remediations'],
  access: 'approve',
  params,
  body: RejectBody,
  responses: { 200: Remediation },
  async handle({ ctx, params: { id }, body }) {
    return presentRemediation(await rejectRemediation(ctx, { id, reason: body.reason }), ctx);
  },
});
