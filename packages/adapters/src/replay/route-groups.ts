import { kubernetesRoutes } from './kubernetes/routes.ts';
import type { RouteGroupFactory } from './route-group.ts';

/** Every API a recording is served as. */
export const ROUTE_GROUPS: readonly RouteGroupFactory[] = [kubernetesRoutes];
