import type { Analyzer } from '../../finding.ts';
import { judgeTable } from './judge.ts';
import { routeTables } from './tables.ts';

/** Route tables of gateways that send requests to the wrong host or to none. */
export const analyzer: Analyzer = {
  name: 'gateway-misroute',
  codes: {
    'gateway/route-host-missing': 'A gateway routes a path to a host that is no Service.',
    'gateway/route-port-missing': 'A gateway routes a path to a port its Service does not offer.',
    'gateway/route-wrong-service': 'A gateway routes a path to a Service that another path belongs to.',
  },
  reads: ['ConfigMap', 'Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'Ingress', 'HTTPRoute'],
  analyze(snapshot) {
    return routeTables(snapshot).flatMap((table) => judgeTable(snapshot, table));
  },
};
