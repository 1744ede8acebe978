import type { Analyzer } from '../../finding.ts';
import { judgeMtu } from './mtu.ts';
import { judgeRouting } from './routing.ts';

/** Pod networks whose routes between Nodes are missing, or whose packets do not fit the path. */
export const analyzer: Analyzer = {
  name: 'mtu-or-routing',
  codes: {
    'network/routing-broken': 'The Pod network cannot exchange or set up the routes between Nodes.',
    'network/mtu-mismatch': 'Packets of the Pod network do not fit the path: large messages hang or fail.',
  },
  reads: ['DaemonSet', 'Pod', 'Node', 'Event', 'ConfigMap', 'logs'],
  analyze(snapshot) {
    return [...judgeRouting(snapshot), ...judgeMtu(snapshot)];
  },
};
