import { analysisRoutes } from './analysis/routes.ts';
import { alertRoutes } from './alerts/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { authRoutes } from './auth/routes.ts';
import { changeRoutes } from './changes/list.ts';
import { chatRoutes } from './chat/routes.ts';
import { maintenanceRoutes } from './maintenance/routes.ts';
import { embeddingRoutes } from './embeddings/routes.ts';
import { incidentRoutes } from './incidents/routes.ts';
import { operationRoutes } from './operations/routes.ts';
import { remediationRoutes } from './remediations/routes.ts';
import type { Route } from './route.ts';
import { streamRoutes } from './stream/routes.ts';
import { signalRoutes } from './signals/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { userRoutes } from './users/routes.ts';

/** Every route of the server: one line per resource, each list in `<resource>/routes.ts`. */
export const ROUTES: readonly Route[] = [
  ...webhookRoutes,
  ...signalRoutes,
  ...streamRoutes,
  ...incidentRoutes,
  ...alertRoutes,
  ...changeRoutes,
  ...embeddingRoutes,
  ...operationRoutes(() => ROUTES),
  ...authRoutes,
  ...userRoutes,
  ...tokenRoutes,
  ...auditRoutes,
  ...maintenanceRoutes,
  ...remediationRoutes,
  ...analysisRoutes,
  ...chatRoutes,
];
