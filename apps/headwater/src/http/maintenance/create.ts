import { CreateMaintenanceBody, Maintenance } from '@headwater/contracts/http/maintenance.ts';
import { parseTime } from '@headwater/core/time.ts';
import { createMaintenance } from '@headwater/engine/maintenance/create.ts';
import { defineRoute } from '../route.ts';
import { presentMaintenance } from './present.ts';

export const createMaintenanceRoute = defineRoute({
  method: 'POST',
  url: '/api/v1/maintenances',
  operationId: 'createMaintenance',
  summary: 'Plan a time in which matching alerts open no incident',
  tags: ['maintenance'],
  access: 'maintenance.write',
  body: CreateMaintenanceBody,
  responses: { 201: Maintenance },
  async handle({ ctx, body: { matchers, comment, startsAt, endsAt } }) {
    const made = await createMaintenance(ctx, {
      matchers,
      comment,
      startsAt: parseTime(startsAt) ?? undefined,
      endsAt: parseTime(endsAt) ?? 0,
    });
    return presentMaintenance(made, ctx.now());
  },
});
