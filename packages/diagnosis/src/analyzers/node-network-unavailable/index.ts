import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { ageOf } from '../_shared/freshness.ts';
import { nodeCondition, type NodeObject, podsOn, sufferingOn } from '../_shared/node-pods.ts';
import { isReady } from '../_shared/pods.ts';
import { edit } from '../_shared/remedies.ts';

const CODE = 'node/network-unavailable';
const NOT_SET_UP = /network ?(?:plugin )?not ?ready|NetworkPluginNotReady|cni (?:plugin|config)/i;
// A Node that joins has no Pod network for its first minutes.
const JOINING = 3 * 60_000;

/** Nodes whose Pod network is not set up, as their conditions say. */
export const analyzer: Analyzer = {
  name: 'node-network-unavailable',
  codes: { [CODE]: 'The Pod network of a Node is not set up: its CNI plugin is not ready.' },
  reads: ['Node', 'Pod', 'DaemonSet'],
  analyze(snapshot) {
    const cut = snapshot.objects.list('Node').flatMap((node) => {
      const path = conditionPath(snapshot, node);
      return path ? [{ node, path }] : [];
    });
    const [first] = cut;
    if (!first) return [];
    const [plugin] = snapshot.topology.clusterServices.ofRole('pod-network');
    // One plugin serves all Nodes: when several lack the network, the plugin is what they have in common.
    if (cut.length > 1 && plugin) return [reportPlugin(snapshot, plugin.subject, cut)];
    return cut.map((entry) => reportNode(snapshot, entry));
  },
};

interface CutNode {
  readonly node: NodeObject;
  readonly path: string;
}

function conditionPath(snapshot: Snapshot, node: NodeObject): string | null {
  const age = ageOf(snapshot, node.metadata.creationTimestamp);
  if (age !== null && age < JOINING) return null;
  if (nodeCondition(node, 'NetworkUnavailable')?.status === 'True') return 'status.conditions[type=NetworkUnavailable]';
  const ready = nodeCondition(node, 'Ready');
  return ready?.status === 'False' && NOT_SET_UP.test(ready.message ?? '') ? 'status.conditions[type=Ready]' : null;
}

function reportNode(snapshot: Snapshot, { node, path }: CutNode): Finding {
  const { name } = node.metadata;
  const agent = brokenAgent(snapshot, name);
  return {
    ...shared(node, path),
    subject: subjectOf(node),
    // The controller that makes the routes says more than the condition it leaves behind.
    strength: lacksRoute(snapshot, node) ? 0.75 : 0.92,
    statement: `The Pod network of Node ${name} is not set up${agent.text}`,
    evidence: [citeField(node, path), ...agent.evidence],
    affects: sufferingOn(snapshot, name),
  };
}

function reportPlugin(snapshot: Snapshot, plugin: Subject, cut: readonly CutNode[]): Finding {
  const names = cut.map(({ node }) => node.metadata.name).slice(0, 3);
  const [first] = cut;
  const node = first?.node;
  return {
    ...shared(node, first?.path ?? ''),
    subject: plugin,
    strength: 0.9,
    statement: `The Pod network is not set up on several Nodes, ${names.join(', ')} among them`,
    evidence: cut.slice(0, 3).map((entry) => citeField(entry.node, entry.path)),
    affects: cut.map((entry) => subjectOf(entry.node)),
  };
}

function lacksRoute(snapshot: Snapshot, node: NodeObject): boolean {
  return snapshot.events.of(subjectOf(node), 'FailedToCreateRoute').some(({ stale }) => !stale);
}

function shared(
  node: NodeObject | undefined,
  path: string,
): Pick<Finding, 'code' | 'category' | 'role' | 'layer' | 'since' | 'remediation'> {
  const type = /type=(\w+)/.exec(path)?.[1] ?? '';
  return {
    code: CODE,
    category: 'cni-failure',
    role: 'cause',
    layer: 'node',
    since: parseTime(node && nodeCondition(node, type)?.lastTransitionTime),
    remediation: [edit('restart', 'R3', 'Restart the CNI plugin on the Node', ['Its configuration is in place'])],
  };
}

function brokenAgent(snapshot: Snapshot, name: string): { text: string; evidence: readonly Evidence[] } {
  const plugins = new Set(
    snapshot.topology.clusterServices.ofRole('pod-network').map(({ subject }) => subjectKey(subject)),
  );
  const pod = podsOn(snapshot, name).find(
    (candidate) => !isReady(candidate) && plugins.has(subjectKey(snapshot.topology.component(subjectOf(candidate)))),
  );
  if (!pod) return { text: '', evidence: [] };
  return {
    text: `: its CNI Pod ${pod.metadata.namespace}/${pod.metadata.name} is not ready`,
    evidence: [citeField(pod, 'status.conditions[type=Ready].status')],
  };
}
