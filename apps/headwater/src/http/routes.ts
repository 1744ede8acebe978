import { operationRoutes } from './operations/routes.ts';
import type { Route } from './route.ts';

/** Every route of the server: one line per resource, each list in `<resource>/routes.ts`. */
export const ROUTES: readonly Route[] = [...operationRoutes(() => ROUTES)];
