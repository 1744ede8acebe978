import type { Analyzer } from '../../finding.ts';
import { judgeBackends } from './backends.ts';
import { judgeParents } from './parents.ts';

/** HTTPRoutes that attach to no Gateway or send requests to what does not exist. */
export const analyzer: Analyzer = {
  name: 'http-route',
  codes: {
    'route/parent-missing': 'An HTTPRoute names a Gateway or listener that does not exist.',
    'route/not-attached': 'A Gateway refuses an HTTPRoute: its namespace or hostname is not allowed there.',
    'route/backend-missing': 'An HTTPRoute sends requests to a Service that does not exist.',
    'route/backend-port-missing': 'An HTTPRoute sends requests to a port its Service does not offer.',
    'route/backend-not-permitted': 'An HTTPRoute sends requests to another namespace without a ReferenceGrant.',
  },
  reads: ['HTTPRoute', 'Gateway', 'Namespace', 'Service', 'ReferenceGrant'],
  analyze(snapshot) {
    return snapshot.objects
      .list('HTTPRoute')
      .flatMap((route) => [...judgeParents(snapshot, route), ...judgeBackends(snapshot, route)]);
  },
};
