import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { compareText, formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { schedulingOf } from '../../topology/scheduling.ts';
import { isControlPlane, isCordoned, type NodeObject } from '../../topology/scheduling-nodes.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';
import { cordonedSince } from '../_shared/scheduling-decision.ts';

/** Pods whose only suitable Nodes are cordoned. */
export const analyzer: Analyzer = {
  name: 'node-cordoned',
  codes: { 'scheduling/node-cordoned': 'Pods wait because the only Nodes that would take them are cordoned.' },
  reads: ['Pod', 'Node', 'Event'],
  analyze: (snapshot) => {
    const groups = new Map<string, [SchedulingCause, ...SchedulingCause[]]>();
    for (const cause of causesOf(snapshot, 'cordoned')) {
      const key = nodesOf(cause)
        .map(({ metadata }) => metadata.name)
        .join(' ');
      const group = groups.get(key);
      if (group) group.push(cause);
      else groups.set(key, [cause]);
    }
    return [...groups.values()].map((group) => report(snapshot, group));
  },
};

function report(snapshot: Snapshot, causes: readonly [SchedulingCause, ...SchedulingCause[]]): Finding {
  const [cause] = causes;
  const nodes = nodesOf(cause);
  const [node] = nodes;
  const workloads = causes.map(({ subject }) => subject);
  const pinned = causes.length === 1 && isPinned(snapshot, cause);
  // One Node out of service is what a person mends; a workload that may run nowhere else, or on none of many Nodes, speaks for itself.
  const onNode = node !== undefined && !pinned && (nodes.length === 1 || causes.length > 1);
  const subject = onNode ? subjectOf(node) : cause.subject;
  const names = nodes.slice(0, 3).map(({ metadata }) => `\`${metadata.name}\``);
  const only =
    names.length === 0
      ? 'every Node it could use is cordoned, the scheduler says'
      : `the only ${nodes.length === 1 ? 'Node' : 'Nodes'} that would take them, ${names.join(', ')}, ${nodes.length === 1 ? 'is' : 'are'} cordoned`;
  return {
    ...reportCause(snapshot, cause, {
      code: 'scheduling/node-cordoned',
      category: 'node-cordoned',
      subject,
      layer: 'node',
      statement: `${waiting(cause)}: ${only}`,
      evidence: [
        ...nodes.slice(0, 2).flatMap((one) => cordonEvidence(snapshot, one)),
        ...(pinned ? pinEvidence(snapshot, cause) : []),
      ],
      aliases: [...nodes.slice(0, 10).map(subjectOf), ...workloads].filter(
        (alias) => formatSubject(alias) !== formatSubject(subject),
      ),
      ...(node && !onNode ? { actor: subjectOf(node) } : {}),
      affects: causes.flatMap(({ pods }) => pods.slice(0, 5).map(subjectOf)),
      remediation: [
        {
          action: 'uncordon',
          risk: 'R3',
          statement: node ? `Uncordon ${formatSubject(subjectOf(node))}` : 'Uncordon the Nodes',
          preconditions: ['No maintenance is under way on the Node'],
          undo: 'Cordon it again',
        },
      ],
    }),
    since: (node && cordonedSince(node)) ?? cause.since,
  };
}

/** The decisive Nodes, those of the control plane only when there are no others. */
function nodesOf({ fits }: SchedulingCause): readonly NodeObject[] {
  const nodes = fits
    .map(({ node }) => node)
    .sort((left, right) => compareText(left.metadata.name, right.metadata.name));
  const workers = nodes.filter((node) => !isControlPlane(node));
  return workers.length > 0 ? workers : nodes;
}

/** Whether schedulable Nodes exist and only the workload's own rules keep it off them. */
function isPinned(snapshot: Snapshot, cause: SchedulingCause): boolean {
  const { nodeSelector, affinity } = cause.pod.spec ?? {};
  if (!nodeSelector && !affinity?.nodeAffinity) return false;
  return schedulingOf(snapshot.objects).nodes.some((node) => !isCordoned(node) && !isControlPlane(node));
}

function pinEvidence(snapshot: Snapshot, cause: SchedulingCause): readonly Evidence[] {
  const selects = Object.keys(cause.pod.spec?.nodeSelector ?? {}).length > 0;
  return [citePodSpec(snapshot, cause.pod, selects ? 'spec.nodeSelector' : 'spec.affinity.nodeAffinity')];
}

function cordonEvidence(snapshot: Snapshot, node: NodeObject): readonly Evidence[] {
  const event = lastEvent(snapshot, node, ({ reason }) => reason === 'NodeNotSchedulable');
  const unschedulable = node.spec?.unschedulable ? [citeField(node, 'spec.unschedulable')] : [];
  // The taint alone says since when.
  const taints = unschedulable.length === 0 || cordonedSince(node) !== null ? [citeField(node, 'spec.taints')] : [];
  return [...unschedulable, ...taints, ...(event ? [citeEvent(event)] : [])];
}
