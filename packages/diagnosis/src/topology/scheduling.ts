import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import type { ObjectIndex } from '../snapshot/objects.ts';
import {
  formatNodeTerms,
  formatTaint,
  isConditionTaint,
  isCordoned,
  isNamedByTerms,
  matchesNodeTerms,
  missingSelectorLabels,
  type NodeObject,
  type NodeSelectorTerm,
  requiredNodeTerms,
  toleratesCordon,
  untoleratedTaints,
} from './scheduling-nodes.ts';
import { type PodRuleBreach, type PodRules, podRules } from './scheduling-pods.ts';
import { type Amounts, amountsOf, hostPortsOf, type NodeUsage, podRequests, usageByNode } from './scheduling-usage.ts';

type PodObject = ObjectOf<'Pod'>;

export type SchedulingReasonKind =
  | 'cordoned'
  | 'node-condition'
  | 'taint'
  | 'node-selector'
  | 'node-affinity'
  | 'resource'
  | 'pod-count'
  | 'host-port'
  | 'pod-affinity'
  | 'pod-anti-affinity'
  | 'topology-spread'
  | 'volume-node-affinity';

/** Why one Node cannot take one Pod. Amounts are in base units. */
export interface NodeReason {
  readonly kind: SchedulingReasonKind;
  /** What tells two reasons of a kind apart: the resource, taint, label, port, topology key or PersistentVolume. */
  readonly key: string;
  readonly requested?: number;
  readonly free?: number;
  readonly allocatable?: number;
  readonly breach?: PodRuleBreach;
  /** Who stands in the way, for host ports. */
  readonly holder?: string;
}

export interface NodeFit {
  readonly node: NodeObject;
  /** Empty: the Pod fits. */
  readonly reasons: readonly NodeReason[];
}

/** The scheduling state of a cluster, prepared once. */
export interface SchedulingView {
  readonly nodes: readonly NodeObject[];
  /** Every Node the Pod may be meant for with the reasons against it, in name order. */
  judge(pod: PodObject): readonly NodeFit[];
}

const NO_USAGE: NodeUsage = { requests: new Map(), pods: 0, hostPorts: new Map() };
// Sums of decimal quantities drift in the last bits.
const EPSILON = 1e-9;

const views = new WeakMap<ObjectIndex, SchedulingView>();

/** The scheduling view of a snapshot's objects, built when first asked for. */
export function schedulingOf(objects: ObjectIndex): SchedulingView {
  const known = views.get(objects);
  if (known) return known;
  const view = schedulingView(objects);
  views.set(objects, view);
  return view;
}

/** What a Node offers and what is left of it, worked out once. */
interface Room {
  readonly node: NodeObject;
  readonly usage: NodeUsage;
  readonly allocatable: Amounts;
  readonly free: Amounts;
}

/** Prepares per-Node usage and pod rules in one pass, so that judging a Pod costs one step per Node. */
export function schedulingView(objects: ObjectIndex): SchedulingView {
  const nodes = objects.list('Node');
  const usages = usageByNode(objects);
  const rules = podRules(objects, nodes);
  const rooms = nodes.map((node) => roomOf(node, usages.get(node.metadata.name) ?? NO_USAGE));
  const judged = new WeakMap<PodObject, readonly NodeFit[]>();
  return {
    nodes,
    judge: (pod) => {
      const known = judged.get(pod);
      if (known) return known;
      const fits = judgePod(pod, { objects, rules, rooms });
      judged.set(pod, fits);
      return fits;
    },
  };
}

function roomOf(node: NodeObject, usage: NodeUsage): Room {
  const allocatable = amountsOf(node.status?.allocatable);
  const free = new Map([...allocatable].map(([name, amount]) => [name, amount - (usage.requests.get(name) ?? 0)]));
  return { node, usage, allocatable, free };
}

interface Prepared {
  readonly objects: ObjectIndex;
  readonly rules: PodRules;
  readonly rooms: readonly Room[];
}

function judgePod(pod: PodObject, { objects, rules, rooms }: Prepared): readonly NodeFit[] {
  const spec: PodSpec = pod.spec ?? {};
  const terms = requiredNodeTerms(spec);
  const requests = podRequests(spec);
  const ports = hostPortsOf(spec);
  const breaches = rules.of(pod);
  const volumes = volumeTerms(objects, pod);
  return rooms
    .filter(({ node }) => isNamedByTerms(node, terms))
    .map((room) => ({
      node: room.node,
      reasons: [
        ...nodeReasons(room.node, spec, terms),
        ...resourceReasons(room, requests),
        ...portReasons(ports, room.usage),
        ...breaches(room.node).map((breach): NodeReason => ({ kind: breach.kind, key: breach.topologyKey, breach })),
        ...volumes.flatMap(({ volume, terms }): NodeReason[] =>
          matchesNodeTerms(room.node, terms) ? [] : [{ kind: 'volume-node-affinity', key: volume }],
        ),
      ],
    }));
}

function nodeReasons(node: NodeObject, spec: PodSpec, terms: readonly NodeSelectorTerm[] | null): NodeReason[] {
  const reasons: NodeReason[] = [];
  if (isCordoned(node) && !toleratesCordon(spec)) reasons.push({ kind: 'cordoned', key: node.metadata.name });
  for (const taint of untoleratedTaints(node, spec)) {
    reasons.push({ kind: isConditionTaint(taint) ? 'node-condition' : 'taint', key: formatTaint(taint) });
  }
  for (const label of missingSelectorLabels(node, spec.nodeSelector))
    reasons.push({ kind: 'node-selector', key: label });
  if (terms && !matchesNodeTerms(node, terms)) reasons.push({ kind: 'node-affinity', key: formatNodeTerms(terms) });
  return reasons;
}

function resourceReasons({ allocatable, free, usage }: Room, requests: Amounts): NodeReason[] {
  // A Node without any allocatable figures was not read in full; that is no shortage.
  if (allocatable.size === 0) return [];
  const reasons: NodeReason[] = [];
  const pods = allocatable.get('pods');
  if (pods !== undefined && usage.pods >= pods) {
    reasons.push({ kind: 'pod-count', key: 'pods', requested: 1, free: pods - usage.pods, allocatable: pods });
  }
  for (const [name, requested] of requests) {
    if (requested <= 0) continue;
    const total = allocatable.get(name);
    if (total === undefined && !isExtendedResource(name)) continue;
    const left = free.get(name) ?? 0;
    if (requested <= left + EPSILON * Math.max(1, requested)) continue;
    reasons.push({ kind: 'resource', key: name, requested, free: left, allocatable: total ?? 0 });
  }
  return reasons;
}

/** Whether a resource is one a Node only has when a device plugin offers it. */
export function isExtendedResource(name: string): boolean {
  return !['cpu', 'memory', 'ephemeral-storage', 'pods'].includes(name);
}

function portReasons(ports: readonly string[], usage: NodeUsage): NodeReason[] {
  return ports.flatMap((port): NodeReason[] => {
    const holder = usage.hostPorts.get(port);
    return holder ? [{ kind: 'host-port', key: port, holder: formatSubject(holder) }] : [];
  });
}

function volumeTerms(objects: ObjectIndex, pod: PodObject): { volume: string; terms: readonly NodeSelectorTerm[] }[] {
  return (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    const claim = persistentVolumeClaim?.claimName
      ? objects.get('PersistentVolumeClaim', pod.metadata.namespace, persistentVolumeClaim.claimName)
      : undefined;
    const volume = claim?.spec?.volumeName ? objects.get('PersistentVolume', null, claim.spec.volumeName) : undefined;
    const required = volume?.spec?.nodeAffinity?.required;
    return volume && required ? [{ volume: volume.metadata.name, terms: required.nodeSelectorTerms ?? [] }] : [];
  });
}
