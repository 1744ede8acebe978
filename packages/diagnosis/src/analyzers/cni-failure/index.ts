import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';
import { type SandboxFailure, sandboxFailures } from '../_shared/sandbox-failures.ts';
import { rootOf } from '../_shared/workloads.ts';
import { withoutWords } from './without-words.ts';

/** Pods that cannot start because the CNI plugin cannot set up their network. */
export const analyzer: Analyzer = {
  name: 'cni-failure',
  codes: {
    'network/cni-failure': 'The CNI plugin cannot set up the network of new Pods on a Node, or on several.',
    'network/attachment-missing': 'A Pod asks for an extra network that is not defined.',
  },
  reads: ['Pod', 'Event', 'Node', 'DaemonSet'],
  analyze(snapshot) {
    const failures = sandboxFailures(snapshot);
    const plugin = failures.filter(({ fault, node }) => fault === 'plugin' && node !== null);
    return [
      ...reportPlugin(snapshot, plugin),
      ...withoutWords(snapshot, new Set(failures.map(({ node }) => node?.name ?? ''))),
      ...reportAttachments(
        snapshot,
        failures.filter(({ fault }) => fault === 'attachment'),
      ),
    ];
  },
};

function reportPlugin(snapshot: Snapshot, failures: readonly SandboxFailure[]): Finding[] {
  const byNode = Map.groupBy(failures, ({ node }) => node?.name ?? '');
  const [plugin] = snapshot.topology.clusterServices.ofRole('pod-network');
  // What several Nodes have in common is the plugin, not the Nodes.
  if (byNode.size > 1 && plugin) return [report(snapshot, { subject: plugin.subject, failures })];
  return [...byNode.values()].flatMap((group) => {
    const node = group[0]?.node;
    return node ? [report(snapshot, { subject: node, failures: group })] : [];
  });
}

function report(
  snapshot: Snapshot,
  { subject, failures }: { subject: Subject; failures: readonly SandboxFailure[] },
): Finding {
  const nodes = [...new Set(failures.map(({ node }) => node?.name ?? ''))].sort();
  const agent = nodes.map((node) => agentOn(snapshot, node)).find((pod) => pod && !isReady(pod));
  const broken = agent ? `; ${formatSubject(subjectOf(agent))}, which should, is not Ready` : '';
  const [first] = failures;
  return {
    code: 'network/cni-failure',
    subject,
    category: 'cni-failure',
    role: 'cause',
    layer: 'node',
    strength: agent ? 0.95 : 0.85,
    statement: `New Pods on ${nodes.map((node) => `\`${node}\``).join(', ')} get no network: the CNI plugin fails to set up their sandboxes${broken}`,
    evidence: [
      ...failures.slice(0, 2).flatMap(({ event, pod }) => [citeEvent(event), citeField(pod, 'spec.nodeName')]),
      ...nodes.slice(2).flatMap((node) =>
        failures
          .filter((failure) => failure.node?.name === node)
          .slice(0, 1)
          .map(({ pod }) => citeField(pod, 'spec.nodeName')),
      ),
      ...(agent ? [citeField(agent, 'status.conditions[type=Ready].status')] : []),
    ],
    aliases: nodes
      .map((name): Subject => ({ kind: 'Node', name }))
      .filter((node) => subjectKey(node) !== subjectKey(subject)),
    affects: [
      ...new Map(failures.map(({ pod }) => rootOf(snapshot, pod)).map((root) => [subjectKey(root), root])).values(),
    ],
    since: first?.event.first ?? null,
    remediation: [
      {
        action: 'restart-node-service',
        risk: 'R3',
        statement: `Restart the CNI agent on ${nodes.join(', ')}`,
        preconditions: ['Its configuration and credentials are in place'],
        undo: 'None needed',
      },
    ],
  };
}

/** The CNI agent's Pod on a Node. */
function agentOn(snapshot: Snapshot, node: string): PodObject | undefined {
  const agents = snapshot.topology.clusterServices
    .ofRole('pod-network')
    .flatMap(({ subject }) => snapshot.topology.pods.ofComponent(subject));
  return agents.find(({ spec }) => spec?.nodeName === node);
}

function reportAttachments(snapshot: Snapshot, failures: readonly SandboxFailure[]): Finding[] {
  return [...Map.groupBy(failures, ({ pod }) => subjectKey(rootOf(snapshot, pod))).values()].flatMap(
    (group): Finding[] => {
      const [first] = group;
      if (!first) return [];
      const subject = rootOf(snapshot, first.pod);
      return [
        {
          code: 'network/attachment-missing',
          subject,
          category: 'cni-failure',
          role: 'cause',
          layer: 'state',
          strength: 0.9,
          statement: `${formatSubject(subject)} asks for an extra network that is not defined, so its Pods get no sandbox`,
          evidence: [
            citeEvent(first.event),
            citeField(first.pod, "metadata.annotations['k8s.v1.cni.cncf.io/networks']"),
          ],
          since: first.event.first,
          remediation: [
            edit(
              'patch-annotation',
              'R2',
              `Create the network attachment, or correct the annotation of ${formatSubject(subject)}`,
            ),
          ],
        },
      ];
    },
  );
}
