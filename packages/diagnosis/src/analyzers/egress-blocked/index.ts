import type { Analyzer } from '../../finding.ts';
import { judgePolicies } from './policies.ts';
import { judgeProxies } from './proxies.ts';
import { judgeOutside } from './outside.ts';

/** Workloads that cannot reach what is outside the cluster. */
export const analyzer: Analyzer = {
  name: 'egress-blocked',
  codes: {
    'egress/policy-denies-outside':
      'An egress NetworkPolicy keeps its Pods from an address outside the cluster that they call.',
    'egress/proxy-unreachable': 'A workload sends its outbound requests to a proxy that does not answer.',
    'egress/outside-unreachable':
      'Several unrelated hosts outside the cluster time out for a workload, or for several.',
  },
  reads: ['NetworkPolicy', 'Pod', 'Deployment', 'Service', 'logs'],
  analyze(snapshot) {
    const policies = judgePolicies(snapshot);
    const proxies = judgeProxies(snapshot);
    return [...policies, ...proxies, ...judgeOutside(snapshot, [...policies, ...proxies])];
  },
};
