import type { Route } from '../route.ts';
import { approveRemediationRoute, rejectRemediationRoute } from './decide.ts';
import { executeRemediationRoute } from './execute.ts';
import { listRemediationsRoute } from './list.ts';
import { proposeRemediationRoute } from './propose.ts';

export const remediationRoutes: readonly Route[] = [
  listRemediationsRoute,
  proposeRemediationRoute,
  approveRemediationRoute,
  rejectRemediationRoute,
  executeRemediationRoute,
];
