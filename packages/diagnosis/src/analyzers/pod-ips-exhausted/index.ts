import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { podsOn } from '../_shared/node-pods.ts';
import { type SandboxFailure, sandboxFailures } from '../_shared/sandbox-failures.ts';
import { rootOf } from '../_shared/workloads.ts';

/** Pods that cannot start because no Pod address is left. */
export const analyzer: Analyzer = {
  name: 'pod-ips-exhausted',
  codes: { 'network/pod-ips-exhausted': "No address is left for new Pods, on a Node or in the cluster's pool." },
  reads: ['Pod', 'Event', 'Node', 'IPPool'],
  analyze(snapshot) {
    const failures = sandboxFailures(snapshot).filter(({ fault, node }) => fault === 'ips' && node !== null);
    const byNode = Map.groupBy(failures, ({ node }) => node?.name ?? '');
    const [pool] = snapshot.objects.list('IPPool').map(subjectOf);
    // Several Nodes at once draw from one pool.
    if (byNode.size > 1 && pool) return [report(snapshot, { subject: pool, failures })];
    return [...byNode.values()].flatMap((group) =>
      group[0]?.node ? [report(snapshot, { subject: group[0].node, failures: group })] : [],
    );
  },
};

function report(
  snapshot: Snapshot,
  { subject, failures }: { subject: Subject; failures: readonly SandboxFailure[] },
): Finding {
  const nodes = [...new Set(failures.map(({ node }) => node?.name ?? ''))].sort();
  const node = subject.kind === 'Node' ? snapshot.objects.get('Node', null, subject.name) : undefined;
  const pool = subject.kind === 'IPPool' ? snapshot.objects.find(subject) : undefined;
  const holder = biggestHolder(snapshot, nodes);
  return {
    code: 'network/pod-ips-exhausted',
    subject,
    category: 'pod-ips-exhausted',
    role: 'cause',
    layer: 'node',
    strength: 0.95,
    statement: `No address is left for new Pods on ${nodes.map((name) => `\`${name}\``).join(', ')}, so their sandboxes cannot be made`,
    evidence: [
      ...failures.slice(0, 2).flatMap(({ event, pod }) => [citeEvent(event), citeField(pod, 'spec.nodeName')]),
      ...nodes.slice(2).flatMap((name) =>
        failures
          .filter((failure) => failure.node?.name === name)
          .slice(0, 1)
          .map(({ pod }) => citeField(pod, 'spec.nodeName')),
      ),
      ...(node ? [citeField(node, 'spec.podCIDR')] : []),
      ...(pool ? [citeField(pool, 'spec.cidr')] : []),
    ],
    affects: [
      ...new Map(failures.map(({ pod }) => rootOf(snapshot, pod)).map((root) => [subjectKey(root), root])).values(),
    ],
    since: failures[0]?.event.first ?? null,
    remediation: [
      {
        action: 'scale',
        risk: 'R3',
        statement: holder
          ? `Free addresses: ${formatSubject(holder)} holds the most there; then extend the pool`
          : 'Free addresses of Pods nobody needs, then extend the pool',
        preconditions: ['The Pods removed are not needed'],
        undo: 'Scale back',
      },
    ],
  };
}

function biggestHolder(snapshot: Snapshot, nodes: readonly string[]): Subject | undefined {
  const holders = Map.groupBy(
    nodes.flatMap((node) => podsOn(snapshot, node)).filter(({ status }) => status?.podIP),
    (pod) => subjectKey(rootOf(snapshot, pod)),
  );
  const [most] = [...holders.values()].sort((left, right) => right.length - left.length);
  return most?.[0] && most.length > 1 ? rootOf(snapshot, most[0]) : undefined;
}
