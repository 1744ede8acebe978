import { RemediationList } from '@headwater/contracts/http/remediation.ts';
import { listRemediations } from '@headwater/engine/propose/list-remediations.ts';
import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { presentRemediation } from './present.ts';

export const listRemediationsRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/incidents/:id/remediations',
  operationId: 'listRemediations',
  summary: 'Plans made for an incident, newest first',
  tags: ['remediations'],
  access: 'incidents.read',
  params: z.object({ id: z.string() }),
  responses: { 200: RemediationList },
  async handle({ ctx, params }) {
    const rows = await listRemediations(ctx, params.id);
    return { items: rows.map((row) => presentRemediation(row, ctx)) };
  },
});
