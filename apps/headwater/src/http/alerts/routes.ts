import { commentRoutes } from '../comment-routes.ts';
import type { Route } from '../route.ts';
import { bulkResolveAlertsRoute, moveAlertRoute, resolveAlertRoute } from './change.ts';
import { getAlertRoute, listAlertsRoute } from './read.ts';

export const alertRoutes: readonly Route[] = [
  listAlertsRoute,
  getAlertRoute,
  moveAlertRoute,
  resolveAlertRoute,
  bulkResolveAlertsRoute,
  ...commentRoutes('alert'),
];
