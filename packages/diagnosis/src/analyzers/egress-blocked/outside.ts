import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { distinct } from '../_shared/log-finding.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { type OutsideFailure, outsideFailures } from '../_shared/outside-failures.ts';

/**
 * Workloads for which two or more unrelated outside hosts time out with no policy or proxy to blame. One provider alone is
 * more likely down itself.
 */
export function judgeOutside(snapshot: Snapshot, explained: readonly Finding[]): Finding[] {
  const known = new Set(explained.flatMap(({ subject, affects }) => [subject, ...(affects ?? [])].map(subjectKey)));
  const failures = outsideFailures(snapshot).filter(({ caller }) => !known.has(subjectKey(caller)));
  const byCaller = Map.groupBy(failures, ({ caller }) => subjectKey(caller));
  return byCaller.size > 1 ? everybody(failures) : [...byCaller.values()].flatMap(report);
}

/** Several workloads reach several unrelated hosts no more: what they share is the way out. */
function everybody(failures: readonly OutsideFailure[]): Finding[] {
  const callers = [...new Map(failures.map(({ caller }) => [subjectKey(caller), caller])).values()];
  const providers = [...new Map(failures.map((failure) => [providerOf(failure.host), failure])).values()];
  // One provider that is down is missed by all who call it.
  if (providers.length < 2) return [];
  const hosts = providers.slice(0, 3).map(({ host }) => `\`${host}\``);
  const whose = distinct(
    [...providers, ...callers.flatMap((caller) => failures.find((one) => one.caller === caller) ?? [])].flatMap(
      ({ failure }) => citeHit(failure.hit).slice(0, 1),
    ),
  );
  return [
    {
      code: 'egress/outside-unreachable',
      subject: { kind: 'Component', name: 'egress' },
      category: 'egress-blocked',
      role: 'cause',
      layer: 'state',
      strength: 0.8,
      statement: `${callers.slice(0, 3).map(formatSubject).join(', ')} reach none of ${hosts.join(', ')} outside the cluster: the way out of the cluster is blocked, not one provider down`,
      evidence: whose.slice(0, 6),
      affects: callers,
      since: earliest(failures),
      remediation: [CHECK_ROUTE],
    },
  ];
}

function earliest(failures: readonly OutsideFailure[]): number | null {
  const times = failures.flatMap(({ failure }) => failure.hit.since ?? []);
  return times.length > 0 ? Math.min(...times) : null;
}

const CHECK_ROUTE: NonNullable<Finding['remediation']>[number] = {
  action: 'none',
  risk: 'R0',
  statement: 'Check the NAT gateway, the firewall and the route out of the Nodes',
  preconditions: [],
  undo: 'None needed',
};

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
      remediation: [CHECK_ROUTE],
    },
  ];
}

/** The registered domain, roughly: the last two labels. */
function providerOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}
