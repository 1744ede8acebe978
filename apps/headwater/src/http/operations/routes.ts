import type { Route } from '../route.ts';
import { rootRoute } from '../page/root.ts';
import { apiDocumentRoutes } from './api-document.ts';
import { healthRoutes, pingRoute, versionRoute } from './health.ts';
import { metricsRoutes } from './metrics.ts';
import { runtimeRoute } from './runtime.ts';

/** What operators and machines ask; `all` is every route of the server, for the API document. */
export function operationRoutes(all: () => readonly Route[]): readonly Route[] {
  return [
    rootRoute,
    pingRoute,
    ...healthRoutes,
    versionRoute,
    runtimeRoute,
    ...metricsRoutes,
    ...apiDocumentRoutes(all),
  ];
}
