import type { Route } from '../route.ts';
import { alertmanagerRoutes } from './alertmanager.ts';

export const webhookRoutes: readonly Route[] = [...alertmanagerRoutes];
