import { Maintenance, MaintenanceParams } from '@headwater/contracts/http/maintenance.ts';
import { endMaintenance } from '@headwater/engine/maintenance/end.ts';
import { defineRoute } from '../route.ts';
import { presentMaintenance } from './present.ts';

export const endMaintenanceRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/maintenances/:id/end',
  operationId: 'endMaintenance',
  summary: 'End a maintenance now; what it muted and still fires gets its incident',
  tags: ['maintenance'],
  access: 'maintenance.write',
  params: MaintenanceParams,
  responses: { 200: Maintenance },
  async handle({ ctx, params }) {
    const ended = await endMaintenance(ctx, { maintenanceId: params.id });
    return presentMaintenance(ended, ctx.now());
  },
});
