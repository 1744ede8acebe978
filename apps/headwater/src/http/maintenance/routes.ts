import type { Route } from '../route.ts';
import { createMaintenanceRoute } from './create.ts';
import { endMaintenanceRoute } from './end.ts';
import { listMaintenancesRoute } from './list.ts';

/** Planned times of silence. */
export const maintenanceRoutes: readonly Route[] = [listMaintenancesRoute, createMaintenanceRoute, endMaintenanceRoute];
