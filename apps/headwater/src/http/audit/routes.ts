import type { Route } from '../route.ts';
import { exportAuditRoute } from './export.ts';
import { listAuditRoute } from './list.ts';

export const auditRoutes: readonly Route[] = [listAuditRoute, exportAuditRoute];
