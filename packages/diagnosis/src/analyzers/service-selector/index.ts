import type { Analyzer } from '../../finding.ts';
import { hasForeignEndpoints } from '../_shared/service-traffic.ts';
import { unsettledServices } from '../_shared/unsettled-services.ts';
import { judgeEmpty } from './empty.ts';
import { judgeBroad } from './broad.ts';

/** Services whose selector takes no Pod, or Pods of another application too. */
export const analyzer: Analyzer = {
  name: 'service-selector',
  codes: {
    'service/selector-matches-nothing':
      'The selector of a Service matches no Pod, while a workload it surely means runs under other labels.',
    'service/selector-too-broad': 'The selector of a Service also takes the Pods of another workload.',
  },
  reads: ['Service', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'EndpointSlice', 'Endpoints', 'logs', 'metrics'],
  analyze(snapshot) {
    return unsettledServices(snapshot).flatMap((service) => {
      const selector = service.spec?.selector ?? {};
      if (Object.keys(selector).length === 0 || service.spec?.type === 'ExternalName') return [];
      if (hasForeignEndpoints(snapshot, service)) return [];
      return [...judgeEmpty(snapshot, service), ...judgeBroad(snapshot, service)];
    });
  },
};
