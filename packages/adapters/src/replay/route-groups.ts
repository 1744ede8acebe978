import { kubernetesRoutes } from './kubernetes/routes.ts';
import { lokiRoutes } from './loki/routes.ts';
import { prometheusRoutes } from './prometheus/routes.ts';
import type { RouteGroupFactory } from './route-group.ts';
import { tempoRoutes } from './tempo/routes.ts';

/** Every API a recording is served as. */
export const ROUTE_GROUPS: readonly RouteGroupFactory[] = [kubernetesRoutes, prometheusRoutes, lokiRoutes, tempoRoutes];
