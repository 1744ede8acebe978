import type { Analyzer } from '../../finding.ts';
import { judgeDestinations } from './destinations.ts';
import { judgeFaults } from './faults.ts';

/** Mesh routes that inject faults or lead to hosts and subsets that do not exist. */
export const analyzer: Analyzer = {
  name: 'mesh-misroute',
  codes: {
    'mesh/fault-injected': 'A VirtualService aborts or delays a share of the requests by its fault stanza.',
    'mesh/host-missing': 'A VirtualService routes to a host that is no Service.',
    'mesh/subset-missing': 'A VirtualService routes to a subset that no DestinationRule defines.',
    'mesh/subset-empty': 'A VirtualService routes to a subset whose labels no Pod of the Service carries.',
  },
  reads: ['VirtualService', 'DestinationRule', 'Service', 'Pod'],
  analyze(snapshot) {
    return snapshot.objects
      .list('VirtualService')
      .flatMap((route) => [...judgeFaults(snapshot, route), ...judgeDestinations(snapshot, route)]);
  },
};
