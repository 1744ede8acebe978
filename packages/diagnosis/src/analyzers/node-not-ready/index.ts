import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence, Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { staleLease } from '../_shared/leases.ts';
import { isNodeDown, nodeCondition, type NodeObject, podsOn, sufferingOn } from '../_shared/node-pods.ts';
import { nodeNameOf, pendingNodeRequests } from '../_shared/node-requests.ts';
import { edit } from '../_shared/remedies.ts';
import { findDeadRuntimes } from './dead-runtime.ts';
import { lossOf } from './loss.ts';

/** Nodes that are not ready, by what stopped: the kubelet, the container runtime, or the machine. */
export const analyzer: Analyzer = {
  name: 'node-not-ready',
  codes: {
    'node/kubelet-down': 'The kubelet of a Node stopped reporting; its Pods can no longer be managed.',
    'node/container-runtime-down':
      'The container runtime of a Node does not answer; no container can be started there.',
    'node/lost': 'The machine of a Node is gone, shutting down or restarting.',
    'node/not-ready': 'A Node is not ready for another reason its kubelet states.',
  },
  reads: ['Node', 'Lease', 'Pod', 'Event'],
  analyze(snapshot) {
    const down = snapshot.objects.list('Node').flatMap((node) => judge(snapshot, node) ?? []);
    const named = new Set(down.map(({ subject }) => subject.name));
    return [...down, ...findDeadRuntimes(snapshot, named)];
  },
};

const RUNTIME =
  /container runtime (?:is|status|not)|runtime is down|runtime not ready|PLEG|(?:containerd|cri-?o|docker\w*)(?:\.sock)?.*(?:refused|not running|unavailable|no such file)/i;
const NETWORK = /network ?(?:plugin )?not ?ready|NetworkPluginNotReady|cni (?:plugin|config)/i;

function judge(snapshot: Snapshot, node: NodeObject): Finding | null {
  const ready = nodeCondition(node, 'Ready');
  if (!ready || !isNodeDown(node) || isJoining(snapshot, node)) return null;
  const message = ready.message ?? '';
  // The Pod network has its own analyzer, which sees whether one Node or all of them lack it.
  if (
    ready.status === 'False' &&
    NETWORK.test(message) &&
    !RUNTIME.test(message.replace(/container runtime network/gi, ''))
  )
    return null;
  const loss = lossOf(snapshot, node);
  if (loss)
    return report(snapshot, node, {
      code: 'node/lost',
      category: 'node-lost',
      says: loss.says,
      strength: loss.strength,
      evidence: loss.evidence,
    });
  if (ready.status === 'Unknown') return kubelet(snapshot, node);
  if (RUNTIME.test(message))
    return report(snapshot, node, {
      code: 'node/container-runtime-down',
      category: 'container-runtime-down',
      says: 'its container runtime does not answer',
      strength: 0.95,
      evidence: [],
    });
  return report(snapshot, node, {
    code: 'node/not-ready',
    category: 'kubelet-down',
    says: 'its kubelet reports that it is not ready',
    strength: 0.7,
    evidence: [],
  });
}

function kubelet(snapshot: Snapshot, node: NodeObject): Finding {
  const lease = staleLease(snapshot, 'kube-node-lease', node.metadata.name);
  const waits = pendingNodeRequests(snapshot).some((request) => nodeNameOf(request) === node.metadata.name);
  const never = nodeCondition(node, 'Ready')?.reason === 'NodeStatusNeverUpdated';
  return report(snapshot, node, {
    code: 'node/kubelet-down',
    category: 'kubelet-down',
    says: never ? 'its kubelet never reported' : 'its kubelet stopped reporting',
    // Without its certificate the kubelet runs and cannot report: the request that waits says more.
    strength: waits ? 0.75 : lease ? 0.95 : 0.92,
    evidence: lease ? [citeField(lease, 'spec.renewTime')] : [],
  });
}

// A Node that has just been added is not ready until its network is up; nothing runs there yet.
function isJoining(snapshot: Snapshot, node: NodeObject): boolean {
  const age = ageOf(snapshot, node.metadata.creationTimestamp);
  return (
    age !== null &&
    age < 2 * MINUTE &&
    podsOn(snapshot, node.metadata.name).every(({ metadata }) =>
      metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet'),
    )
  );
}

interface Verdict {
  readonly code: string;
  readonly category: Category;
  readonly says: string;
  readonly strength: number;
  readonly evidence: readonly Evidence[];
}

function report(snapshot: Snapshot, node: NodeObject, { code, category, says, strength, evidence }: Verdict): Finding {
  const { name } = node.metadata;
  const ready = nodeCondition(node, 'Ready');
  return {
    code,
    subject: subjectOf(node),
    category,
    role: 'cause',
    layer: 'node',
    strength,
    statement: `Node ${name} is not ready (Ready is \`${ready?.status}\`): ${says}`,
    evidence: [citeField(node, 'status.conditions[type=Ready]'), ...evidence],
    affects: sufferingOn(snapshot, name),
    since: parseTime(ready?.lastTransitionTime),
    remediation: repairs(name, category),
  };
}

function repairs(name: string, category: Category): readonly Remediation[] {
  const service = category === 'container-runtime-down' ? 'container runtime' : 'kubelet';
  return [
    {
      action: 'cordon',
      risk: 'R2',
      statement: `Cordon Node ${name}`,
      preconditions: ['The other Nodes have room for its Pods'],
      undo: 'Uncordon it',
    },
    category === 'node-lost'
      ? {
          action: 'drain-node',
          risk: 'R3',
          statement: `Drain and replace Node ${name}`,
          preconditions: ['The machine is confirmed dead before Pods are deleted by force'],
          undo: 'None',
        }
      : edit('restart-node-service', 'R3', `Restart the ${service} of Node ${name}`, ['The machine is reachable']),
  ];
}
