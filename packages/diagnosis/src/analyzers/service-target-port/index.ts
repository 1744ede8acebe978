import type { Analyzer } from '../../finding.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { unsettledServices } from '../_shared/unsettled-services.ts';
import { judgeName } from './name.ts';
import { judgeNumber } from './number.ts';

/** Services whose target port leads nowhere. */
export const analyzer: Analyzer = {
  name: 'service-target-port',
  codes: {
    'service/target-port-closed':
      'A Service sends to a port number on which, by every sign, no container of its Pods listens.',
    'service/target-port-undeclared':
      'A Service names a target port that no container of its Pods declares, so it has no endpoints.',
  },
  reads: ['Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'EndpointSlice', 'Endpoints', 'logs', 'metrics'],
  analyze(snapshot) {
    return unsettledServices(snapshot).flatMap((service) => {
      const endpoints = expectedEndpoints(snapshot.topology.pods, service);
      if (endpoints.kind !== 'selected' || endpoints.pods.length === 0) return [];
      return [...judgeName(snapshot, service, endpoints), ...judgeNumber(snapshot, service, endpoints)];
    });
  },
};
