import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { type Eviction, evictions } from '../_shared/evictions.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { edit } from '../_shared/remedies.ts';

const CODE = 'pod/evicted';

/** Workloads whose Pods are evicted because their Node runs short of something. */
export const analyzer: Analyzer = {
  name: 'eviction-pressure',
  codes: { [CODE]: 'Pods of a workload are evicted because their Node ran short of memory, disk or process ids.' },
  reads: ['Pod', 'Node', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet'],
  analyze(snapshot) {
    return groupByRoot(
      snapshot,
      evictions(snapshot).filter(({ ownLimit }) => !ownLimit),
    ).map(report);
  },
};

function report(group: PodGroup<Eviction>): Finding {
  const { subject } = group;
  const [{ pod, node, pressure, proof, message, at }] = group.entries;
  const resource = /low on resource: ([\w-]+)/i.exec(message)?.[1];
  const excess = /container (\S+) was using (\S+), request is ([^\s,.]+)/i.exec(message);
  const shortage = resource ? ` because the Node ran short of \`${resource}\`` : ' under Node pressure';
  const usage = excess ? `; container \`${excess[1]}\` used \`${excess[2]}\` and requests \`${excess[3]}\`` : '';
  return {
    code: CODE,
    subject,
    category: 'eviction-pressure',
    // While the Node is still short, the Node is where to look.
    role: node && pressure ? 'symptom' : 'cause',
    layer: 'saturation',
    strength: excess ? 0.8 : 0.65,
    statement: `Pods of ${formatSubject(subject)} are evicted${shortage}${usage}`,
    evidence: [
      proof,
      citeField(pod, 'status.reason'),
      ...(node && pressure ? [citeField(node, `status.conditions[type=${pressure}]`)] : []),
    ],
    aliases: podSubjects(group),
    blames: node && pressure ? [subjectOf(node)] : [],
    since: at,
    remediation: [
      edit(
        'patch-resources',
        'R2',
        `Set requests of ${formatSubject(subject)} to what it uses, so that it is placed where there is room`,
      ),
      {
        action: 'delete-pod',
        risk: 'R1',
        statement: 'Delete the failed Pods; their replacements run',
        preconditions: ['The Pods are in phase Failed'],
        undo: 'None needed',
      },
    ],
  };
}
