import type { Analyzer } from '../../finding.ts';
import { judgeClients } from './clients.ts';
import { judgeMembership } from './membership.ts';
import { judgeRules } from './rules.ts';

/** Connections in the mesh whose two ends do not agree on mutual TLS. */
export const analyzer: Analyzer = {
  name: 'mtls-mismatch',
  codes: {
    'mesh/plaintext-to-strict': 'A workload outside the mesh calls one that accepts mutual TLS only.',
    'mesh/membership-removed': 'A namespace lost the label that made it a part of the mesh, and alerts about it began.',
    'mesh/rule-disables-tls':
      'A DestinationRule makes clients speak plain text to a workload that accepts mutual TLS only.',
    'mesh/rule-demands-tls':
      'A DestinationRule makes clients speak mutual TLS to a workload that has no proxy to answer it.',
  },
  reads: [
    'PeerAuthentication',
    'DestinationRule',
    'Service',
    'Pod',
    'Namespace',
    'logs',
    'alerts',
    'changes',
    'history',
  ],
  analyze(snapshot) {
    return [...judgeRules(snapshot), ...judgeClients(snapshot), ...judgeMembership(snapshot)];
  },
};
