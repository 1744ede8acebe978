import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { formatSelector, type LabelRequirement, matchesRequirement } from '@headwater/core/kube/selector.ts';

export type NodeObject = ObjectOf<'Node'>;
export type Taint = NonNullable<NonNullable<NodeObject['spec']>['taints']>[number];
type Toleration = NonNullable<PodSpec['tolerations']>[number];

/** One alternative of a required node affinity. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly LabelRequirement[] | null | undefined;
  readonly matchFields?: readonly LabelRequirement[] | null | undefined;
}

const CORDON_TAINT = 'node.kubernetes.io/unschedulable';
const ROLE_LABELS = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
// Kubernetes and cloud controllers set these while the Node itself is in a bad state; a spec can do nothing about them.
const CONDITION_TAINT =
  /^node\.(cloudprovider\.)?kubernetes\.io\/(not-ready|unreachable|memory-pressure|disk-pressure|pid-pressure|network-unavailable|out-of-service|uninitialized|shutdown)$/;

const labelsOfNode = new WeakMap<NodeObject, Readonly<Record<string, string>>>();

/** The labels of a Node; the host name, which every kubelet sets, is filled in where it was not read. */
export function nodeLabels(node: NodeObject): Readonly<Record<string, string>> {
  const known = labelsOfNode.get(node);
  if (known) return known;
  const labels = { 'kubernetes.io/hostname': node.metadata.name, ...node.metadata.labels };
  labelsOfNode.set(node, labels);
  return labels;
}

/** Whether a Node belongs to the control plane, where workloads are normally kept out. */
export function isControlPlane(node: NodeObject): boolean {
  const labels = node.metadata.labels ?? {};
  if (ROLE_LABELS.some((label) => label in labels)) return true;
  if (['master', 'control-plane'].includes(labels['kubernetes.io/role'] ?? '')) return true;
  return (node.spec?.taints ?? []).some(isRoleTaint);
}

/** Whether a taint only marks the control plane. */
export function isRoleTaint(taint: Pick<Taint, 'key'>): boolean {
  return ROLE_LABELS.includes(taint.key ?? '');
}

/** Whether a taint stands for a bad state of the Node itself. */
export function isConditionTaint(taint: Pick<Taint, 'key'>): boolean {
  return CONDITION_TAINT.test(taint.key ?? '');
}

/** Whether a Node is cordoned, by its field or by the taint that mirrors it. */
export function isCordoned(node: NodeObject): boolean {
  return node.spec?.unschedulable === true || (node.spec?.taints ?? []).some(({ key }) => key === CORDON_TAINT);
}

/** Whether the pod spec may be placed on cordoned Nodes. */
export function toleratesCordon(spec: PodSpec): boolean {
  return tolerates(spec.tolerations ?? [], { key: CORDON_TAINT, effect: 'NoSchedule' });
}

/** Taints of a Node that keep a pod spec out; the cordon taint is left to `isCordoned`. */
export function untoleratedTaints(node: NodeObject, spec: PodSpec): readonly Taint[] {
  return (node.spec?.taints ?? []).filter(
    (taint) =>
      taint.effect !== 'PreferNoSchedule' && taint.key !== CORDON_TAINT && !tolerates(spec.tolerations ?? [], taint),
  );
}

/** A taint as kubectl writes it: `key=value:Effect`. */
export function formatTaint({ key, value, effect }: Taint): string {
  return `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
}

function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key, operator, value, effect }) => {
    if (effect && effect !== taint.effect) return false;
    if (key && key !== taint.key) return false;
    if (operator === 'Exists') return true;
    return Boolean(key) && (value ?? '') === (taint.value ?? '');
  });
}

/** The nodeSelector pairs a Node does not carry, as `key=value`. */
export function missingSelectorLabels(
  node: NodeObject,
  selector: Readonly<Record<string, string>> | null | undefined,
): readonly string[] {
  const labels = nodeLabels(node);
  return Object.entries(selector ?? {}).flatMap(([key, value]) => (labels[key] === value ? [] : [`${key}=${value}`]));
}

/** The alternatives of a pod spec's required node affinity; null when it has none. */
export function requiredNodeTerms(spec: PodSpec): readonly NodeSelectorTerm[] | null {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required ? (required.nodeSelectorTerms ?? []) : null;
}

/** Whether a Node satisfies at least one term; an empty term matches nothing. */
export function matchesNodeTerms(node: NodeObject, terms: readonly NodeSelectorTerm[]): boolean {
  return terms.some((term) => {
    const expressions = term.matchExpressions ?? [];
    if (expressions.length === 0 && (term.matchFields ?? []).length === 0) return false;
    return (
      matchesFields(node, term) && expressions.every((requirement) => matchesRequirement(nodeLabels(node), requirement))
    );
  });
}

/** Whether the terms name this Node by field, or do not name Nodes at all; DaemonSet Pods are bound to one Node this way. */
export function isNamedByTerms(node: NodeObject, terms: readonly NodeSelectorTerm[] | null): boolean {
  return (
    terms === null ||
    terms.every((term) => (term.matchFields ?? []).length === 0) ||
    terms.some((term) => matchesFields(node, term))
  );
}

/** Node terms as text: alternatives joined by `or`. */
export function formatNodeTerms(terms: readonly NodeSelectorTerm[]): string {
  return terms
    .map((term) =>
      formatSelector({ matchExpressions: [...(term.matchExpressions ?? []), ...(term.matchFields ?? [])] }),
    )
    .join(' or ');
}

function matchesFields(node: NodeObject, term: NodeSelectorTerm): boolean {
  const fields = { 'metadata.name': node.metadata.name };
  return (term.matchFields ?? []).every((requirement) => matchesRequirement(fields, requirement));
}
