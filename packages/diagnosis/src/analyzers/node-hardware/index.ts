import { parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type NodeObject, sufferingOn } from '../_shared/node-pods.ts';

const CODE = 'node/hardware';

const KUBELETS_OWN = new Set(['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable']);
// Node problem detectors name their conditions after the fault; conditions of other makers may be good when True.
const FAULTY =
  /deadlock|read-?only|corrupt|frequent|problem|error|fail|unhealthy|degraded|hung|xid|ecc|hardware|kernel|disk(?:bad|broken)|gpulost/i;
const HEALTHY_WORDS = /^(?:no|not)\b|\bhealthy\b|has no|without/i;

/** Nodes whose hardware or kernel is at fault, as a problem detector says. */
export const analyzer: Analyzer = {
  name: 'node-hardware',
  codes: { [CODE]: 'A problem detector reports a hardware or kernel fault of a Node.' },
  reads: ['Node', 'Pod'],
  analyze(snapshot) {
    return snapshot.objects.list('Node').flatMap((node) => judge(snapshot, node));
  },
};

function judge(snapshot: Snapshot, node: NodeObject): Finding[] {
  const { name } = node.metadata;
  const bad = (node.status?.conditions ?? []).filter(
    ({ type, status, message, reason }) =>
      type &&
      status === 'True' &&
      !KUBELETS_OWN.has(type) &&
      FAULTY.test(type) &&
      !HEALTHY_WORDS.test(message ?? '') &&
      !/^No[A-Z]/.test(reason ?? ''),
  );
  const [first] = bad;
  if (!first?.type) return [];
  return [
    {
      code: CODE,
      subject: subjectOf(node),
      category: 'node-hardware',
      role: 'cause',
      layer: 'node',
      strength: 0.85,
      statement: `Node ${name} has a hardware or kernel fault: its condition \`${first.type}\` is True`,
      evidence: bad.slice(0, 3).map(({ type }) => citeField(node, `status.conditions[type=${type}]`)),
      affects: sufferingOn(snapshot, name),
      since: parseTime(first.lastTransitionTime),
      remediation: [
        {
          action: 'drain-node',
          risk: 'R3',
          statement: `Cordon, drain and replace Node ${name}`,
          preconditions: ['The other Nodes have room'],
          undo: 'Uncordon it',
        },
      ],
    },
  ];
}
