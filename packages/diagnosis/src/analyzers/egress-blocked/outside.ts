import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { type OutsideFailure, outsideFailures } from '../_shared/outside-failures.ts';

/**
 * Workloads for which two or more unrelated outside hosts time out with no policy or proxy to blame. One provider alone is
 * more likely down itself.
 */
export function judgeOutside(snapshot: Snapshot, explained: readonly Finding[]): Finding[] {
  const known = new Set(explained.flatMap(({ subject, affects }) => [subject, ...(affects ?? [])].map(subjectKey)));
  const byCaller = Map.groupBy(outsideFailures(snapshot), ({ caller }) => subjectKey(caller));
  return [...byCaller].flatMap(([key, failures]) => (known.has(key) ? [] : report(failures)));
}

function report(failures: readonly OutsideFailure[]): Finding[] {
  const byProvider = new Map(failures.map((failure) => [providerOf(failure.host), failure]));
  const [first, second] = byProvider.values();
  if (!first || !second) return [];
  return [
    {
      code: 'egress/outside-unreachable',
      subject: first.caller,
      category: 'egress-blocked',
      role: 'cause',
      layer: 'state',
      strength: 0.55,
      statement: `${formatSubject(first.caller)} reaches neither \`${first.host}\` nor \`${second.host}\` outside the cluster: its way out is blocked, not one provider down`,
      evidence: [first, second].flatMap(({ failure }) => citeHit(failure.hit).slice(0, 1)),
      remediation: [
        {
          action: 'none',
          risk: 'R0',
          statement: 'Check the NAT gateway, the firewall and the route out of the Nodes',
          preconditions: [],
          undo: 'None needed',
        },
      ],
    },
  ];
}

/** The registered domain, roughly: the last two labels. */
function providerOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}
