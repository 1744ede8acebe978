import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatBytes, formatCores } from '@headwater/core/kube/quantity.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type NodeReason, schedulingOf } from '../topology/scheduling.ts';
import { oneLine } from './evidence.ts';

/** Cites every reason why a Node cannot take a Pod, worked out from their specs and from what is placed there. */
export function citeFit(snapshot: Snapshot, pod: ObjectOf<'Pod'>, nodeName: string): Evidence {
  const fit = schedulingOf(snapshot.objects)
    .judge(pod)
    .find(({ node }) => node.metadata.name === nodeName);
  const reasons = (fit?.reasons ?? []).map(describeReason);
  const verdict = reasons.length === 0 ? 'could take' : 'cannot take';
  return {
    kind: 'selection',
    source: 'kubernetes',
    subject: { apiVersion: 'v1', kind: 'Node', name: nodeName },
    text: oneLine(
      `Node ${nodeName} ${verdict} ${formatSubject(subjectOf(pod))}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}`,
    ),
    query: `fit:${pod.metadata.namespace ?? ''}/${pod.metadata.name}@${nodeName}`,
    redacted: false,
  };
}

/** Reads a fit citation again by its locator; null when the Pod or the Node is not there. */
export function rereadFit(snapshot: Snapshot, locator: string): Evidence | null {
  const at = locator.lastIndexOf('@');
  const slash = locator.indexOf('/');
  const pod = snapshot.objects.get('Pod', locator.slice(0, slash), locator.slice(slash + 1, at));
  const node = snapshot.objects.get('Node', null, locator.slice(at + 1));
  return pod && node ? citeFit(snapshot, pod, node.metadata.name) : null;
}

/** An amount of a resource as people write it: cores, bytes or a count. */
export function formatAmount(resource: string, amount: number): string {
  const name = resource.replace(/^(requests|limits)\./, '');
  if (name === 'cpu') return formatCores(amount);
  return /^(memory|storage|ephemeral-storage|hugepages-.*)$/.test(name) ? formatBytes(amount) : String(amount);
}

function describeReason(reason: NodeReason): string {
  const { kind, key, requested = 0, free = 0, allocatable = 0 } = reason;
  switch (kind) {
    case 'cordoned':
      return 'it is cordoned';
    case 'node-condition':
    case 'taint':
      return `untolerated taint ${key}`;
    case 'node-selector':
      return `lacks the label ${key} of the nodeSelector`;
    case 'node-affinity':
      return `does not match the required node affinity ${key}`;
    case 'resource':
      return `${key} requested ${formatAmount(key, requested)}, free ${formatAmount(key, free)} of allocatable ${formatAmount(key, allocatable)}`;
    case 'pod-count':
      return `holds ${allocatable - free} Pods of allocatable ${allocatable}`;
    case 'host-port':
      return `host port ${key} is held by ${reason.holder ?? 'another Pod'}`;
    case 'volume-node-affinity':
      return `PersistentVolume ${key} cannot be used there`;
    default:
      return describeBreach(reason);
  }
}

function describeBreach({ kind, breach }: NodeReason): string {
  if (!breach) return kind;
  const place =
    breach.domain === null ? `it has no label ${breach.topologyKey}` : `${breach.topologyKey}=${breach.domain}`;
  if (breach.kind === 'pod-affinity') return `no Pod the required pod affinity asks for is in ${place}`;
  if (breach.kind === 'pod-anti-affinity') {
    const whose = breach.byExisting ? 'anti-affinity of Pods already there' : 'its anti-affinity';
    return `${whose}: ${breach.matching} matching Pods in ${place}`;
  }
  const counts =
    breach.minimum === undefined
      ? ''
      : `, ${breach.matching} Pods there against ${breach.minimum} in the emptiest domain`;
  return `topology spread with maxSkew ${breach.maxSkew ?? 1}: ${place}${counts}`;
}
