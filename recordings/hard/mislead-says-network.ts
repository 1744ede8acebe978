import { scenario as known } from '../scenarios/dns-name-wrong.ts';
import { retold } from './kit/herrings.ts';
import { retell } from './kit/retell.ts';

/** The alert speaks of the network; a name in a variable is misspelt. */
export const scenario = retell(known, {
  slug: 'mislead-says-network',
  title: 'The alert reports a network outage between services',
  theme: 'misleading-alert',
  astray(plan) {
    retold(plan, {
      summary: 'Network outage between services',
      description: 'The CNI drops packets between services. Check CoreDNS, NetworkPolicies and the nodes.',
    });
  },
  not: () => [
    { category: 'cni-failure' },
    { category: 'network-partition' },
    { category: 'dns-down' },
    { kind: 'Node' },
    { kind: 'NetworkPolicy' },
  ],
});
