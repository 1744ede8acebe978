import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { DAY, type Millis, parseTime } from '@headwater/core/time.ts';
import type { NodeFit, NodeReason, SchedulingReasonKind } from '../../topology/scheduling.ts';
import { isControlPlane, isRoleTaint, type NodeObject } from '../../topology/scheduling-nodes.ts';
import type { MessageReason, MessageReasonKind, SchedulerMessage } from './scheduler-message.ts';

/** The one constraint that keeps a Pod from being placed. */
export interface Decision {
  readonly kind: SchedulingReasonKind;
  /** The resource for shortages; empty otherwise. */
  readonly key: string;
  /** Nodes this constraint alone keeps out, best example first; empty when only the message is known. */
  readonly fits: readonly NodeFit[];
  /** False when even without it no Node would do: other constraints stand behind it. */
  readonly sufficient: boolean;
}

// Where the count does not decide: what a person wrote into the spec comes before what happens to be full.
const ORDER: readonly SchedulingReasonKind[] = [
  'node-selector',
  'node-affinity',
  'taint',
  'pod-anti-affinity',
  'pod-affinity',
  'topology-spread',
  'volume-node-affinity',
  'host-port',
  'resource',
  'pod-count',
  'node-condition',
  'cordoned',
];

// Which Nodes a Pod wants is intent, not a fault, as long as one of them exists: what keeps it off that one decides.
const PLACEMENT_RULES: ReadonlySet<SchedulingReasonKind> = new Set(['node-selector', 'node-affinity']);

// A Node that has been cordoned for so long is how the cluster is run, not what broke today.
const OLD_CORDON = 7 * DAY;

/** Decides from the evaluation of every Node; null when some Node would take the Pod. */
export function decideByNodes(fits: readonly NodeFit[], now: Millis): Decision | null {
  if (fits.length === 0 || fits.some(({ reasons }) => reasons.length === 0)) return null;
  const workers = fits.filter((fit) => !isBackground(fit, now));
  const candidates = workers.length > 0 ? workers : fits;
  // A Node that would do but is down, or was taken out of service, explains why the others are full or unsuitable.
  for (const kind of ['node-condition', 'cordoned'] as const) {
    const only = candidates.filter(({ reasons }) => reasons.every((reason) => reason.kind === kind));
    if (only.length > 0) return { kind, key: '', fits: only, sufficient: true };
  }
  const admitted = candidates.filter(({ reasons }) => !reasons.some(({ kind }) => PLACEMENT_RULES.has(kind)));
  return mostNodes(admitted.length > 0 ? admitted : candidates);
}

function mostNodes(candidates: readonly NodeFit[]): Decision | null {
  const alone = new Map<string, NodeFit[]>();
  const any = new Map<string, NodeFit[]>();
  for (const fit of candidates) {
    const groups = new Set(fit.reasons.map(groupOf));
    for (const group of groups) push(any, group, fit);
    const [only] = groups;
    if (groups.size === 1 && only !== undefined) push(alone, only, fit);
  }
  // A tainted Node still counts as an empty domain of the spread, which is what keeps the Pod off the others.
  if (alone.has('topology-spread')) alone.delete('taint');
  const best = (alone.size > 0 ? [...alone] : [...any]).sort(
    ([left, a], [right, b]) =>
      b.length - a.length || orderOf(left) - orderOf(right) || tightness(b, right) - tightness(a, left),
  )[0];
  if (!best) return null;
  const [group, fits] = best;
  const { kind, key } = parseGroup(group);
  return {
    kind,
    key,
    fits: [...fits].sort((left, right) => room(right, group) - room(left, group)),
    sufficient: alone.size > 0,
  };
}

/** Whether a Node is out of reach in the cluster's normal state: a control plane, or cordoned long ago. */
function isBackground({ node, reasons }: NodeFit, now: Millis): boolean {
  const kinds = new Set(reasons.map(({ kind }) => kind));
  if (
    isControlPlane(node) &&
    (kinds.has('cordoned') ||
      reasons.some(({ kind, key }) => kind === 'taint' && isRoleTaint({ key: key.split(/[=:]/)[0] })))
  )
    return true;
  const since = cordonedSince(node);
  return kinds.has('cordoned') && since !== null && now - since > OLD_CORDON;
}

/** When a Node was cordoned, by its taint; null when that is not said. */
export function cordonedSince(node: NodeObject): Millis | null {
  return parseTime((node.spec?.taints ?? []).find(({ key }) => key === 'node.kubernetes.io/unschedulable')?.timeAdded);
}

function groupOf({ kind, key }: NodeReason): string {
  return kind === 'resource' ? `resource ${key}` : kind;
}

function parseGroup(group: string): { kind: SchedulingReasonKind; key: string } {
  const [kind = '', key = ''] = group.split(' ');
  return { kind: kind as SchedulingReasonKind, key };
}

function orderOf(group: string): number {
  return ORDER.indexOf(parseGroup(group).kind);
}

/** The largest share of a Node that a shortage asks for; 0 for other reasons. */
function tightness(fits: readonly NodeFit[], group: string): number {
  return Math.max(
    ...fits.flatMap(({ reasons }) =>
      reasons
        .filter((reason) => groupOf(reason) === group)
        .map(({ requested = 0, allocatable = 0 }) => requested / Math.max(allocatable, 1e-9)),
    ),
  );
}

function room({ reasons }: NodeFit, group: string): number {
  return reasons.find((reason) => groupOf(reason) === group)?.free ?? 0;
}

/** Decides from what the scheduler wrote; null when it wrote nothing about Nodes. */
export function decideByMessage(message: SchedulerMessage, spec: PodSpec, owner: string | undefined): Decision | null {
  const reasons = message.reasons.filter(({ kind }) => kind !== 'other' && kind !== 'claim');
  // A DaemonSet Pod is made for one Node; that the others do not match is no reason.
  const real = reasons.filter(({ kind }) => kind !== 'role-taint' && !(owner === 'DaemonSet' && kind === 'node-rules'));
  const foremost = admitted(message, real).filter(({ kind }) => kind !== 'cordoned');
  const best = [...(foremost.length > 0 ? foremost : real)].sort((left, right) => right.count - left.count)[0];
  const chosen = best ?? reasons[0];
  if (!chosen) return null;
  const kind = chosen.kind === 'node-rules' ? nodeRule(spec) : chosen.kind === 'role-taint' ? 'taint' : chosen.kind;
  if (kind === 'claim' || kind === 'other') return null;
  return { kind, key: kind === 'resource' ? chosen.key : '', fits: [], sufficient: true };
}

// The filters run in order and stop at the first refusal of a Node: a Node refused for anything after the placement rules
// passed them, so it is one the Pod may be meant for. Schedulers that list every refusal count more of them than Nodes.
const BEFORE_ROOM: ReadonlySet<MessageReasonKind> = new Set([
  'cordoned',
  'role-taint',
  'taint',
  'node-condition',
  'node-rules',
]);

function admitted({ nodes }: SchedulerMessage, reasons: readonly MessageReason[]): readonly MessageReason[] {
  const early = reasons.filter(({ kind }) => BEFORE_ROOM.has(kind)).reduce((sum, { count }) => sum + count, 0);
  const later = reasons.some(({ kind }) => !BEFORE_ROOM.has(kind));
  return later && nodes !== null && early < nodes ? reasons.filter(({ kind }) => kind !== 'node-rules') : reasons;
}

// The scheduler words both fields alike; the spec says which of them it can mean.
function nodeRule(spec: PodSpec): SchedulingReasonKind {
  const selects = Object.keys(spec.nodeSelector ?? {}).length > 0;
  return selects || !spec.affinity?.nodeAffinity ? 'node-selector' : 'node-affinity';
}

/** Whether the scheduler's message names the constraint of a decision. */
export function messageAgrees(message: SchedulerMessage, decision: Decision): boolean {
  return message.reasons.some(({ kind, key }) => {
    if (decision.kind === 'node-selector' || decision.kind === 'node-affinity') return kind === 'node-rules';
    if (decision.kind === 'taint') return kind === 'taint' || kind === 'role-taint';
    return kind === decision.kind && (kind !== 'resource' || key === decision.key);
  });
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
