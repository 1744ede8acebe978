import type { Analyzer } from '../../finding.ts';
import { judgeClients } from './clients.ts';
import { judgeRules } from './rules.ts';

/** Connections in the mesh whose two ends do not agree on mutual TLS. */
export const analyzer: Analyzer = {
  name: 'mtls-mismatch',
  codes: {
    'mesh/plaintext-to-strict': 'A workload outside the mesh calls one that accepts mutual TLS only.',
    'mesh/rule-disables-tls':
      'A DestinationRule makes clients speak plain text to a workload that accepts mutual TLS only.',
    'mesh/rule-demands-tls':
      'A DestinationRule makes clients speak mutual TLS to a workload that has no proxy to answer it.',
  },
  reads: ['PeerAuthentication', 'DestinationRule', 'Service', 'Pod', 'Namespace', 'logs'],
  analyze(snapshot) {
    return [...judgeRules(snapshot), ...judgeClients(snapshot)];
  },
};
