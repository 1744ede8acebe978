import { MaintenancePage, MaintenanceQuery } from '@headwater/contracts/http/maintenance.ts';
import { listMaintenances } from '@headwater/engine/maintenance/list.ts';
import { z } from 'zod';
import { readCursor, writeCursor } from '../cursor.ts';
import { defineRoute } from '../route.ts';
import { presentMaintenance } from './present.ts';

export const listMaintenancesRoute = defineRoute({
  method: 'GET',
  url: '/api/v1/maintenances',
  operationId: 'listMaintenances',
  summary: 'Maintenances, newest first',
  tags: ['maintenance'],
  access: 'incidents.read',
  query: MaintenanceQuery,
  responses: { 200: MaintenancePage },
  async handle({ ctx, query: { active, cursor, limit } }) {
    const before = readCursor(cursor, z.string().max(64));
    const { items, next } = await listMaintenances(ctx, { active, before, limit });
    const now = ctx.now();
    return {
      items: items.map((item) => presentMaintenance(item, now)),
      nextCursor: next === null ? null : writeCursor(next),
    };
  },
});
