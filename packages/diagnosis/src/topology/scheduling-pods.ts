import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { formatSelector, type LabelSelector, matchesSelector } from '@headwater/core/kube/selector.ts';
import type { ObjectIndex } from '../snapshot/objects.ts';
import { once } from '../snapshot/once.ts';
import {
  isNamedByTerms,
  matchesNodeTerms,
  missingSelectorLabels,
  type NodeObject,
  nodeLabels,
  requiredNodeTerms,
} from './scheduling-nodes.ts';
import { isPlaced } from './scheduling-usage.ts';

type PodObject = ObjectOf<'Pod'>;

/** A required pod affinity or anti-affinity term. */
export interface PodTerm {
  readonly labelSelector?: LabelSelector | null | undefined;
  readonly topologyKey?: string | null | undefined;
  readonly namespaces?: readonly string[] | null | undefined;
  readonly namespaceSelector?: LabelSelector | null | undefined;
}
type SpreadConstraint = NonNullable<PodSpec['topologySpreadConstraints']>[number];

/** A rule about other Pods that one Node breaks for a Pod. */
export interface PodRuleBreach {
  readonly kind: 'pod-affinity' | 'pod-anti-affinity' | 'topology-spread';
  readonly topologyKey: string;
  /** The domain: the Node's value of the topology key; null when the Node lacks the label. */
  readonly domain: string | null;
  /** Matching Pods already in the domain. */
  readonly matching: number;
  /** Matching Pods in the emptiest domain and the allowed difference, for spread. */
  readonly minimum?: number;
  readonly maxSkew?: number;
  /** True when a Pod that is already placed refuses the newcomer. */
  readonly byExisting?: boolean;
}

/** Answers, per Node, which rules about other Pods a Pod would break; counts are made once per rule. */
export interface PodRules {
  /** Prepares one Pod; the result is cheap to ask for every Node. */
  of(pod: PodObject): (node: NodeObject) => readonly PodRuleBreach[];
}

type NodeRule = (node: NodeObject) => PodRuleBreach | null;
type DomainOf = (nodeName: string, key: string) => string | null;
type Counter = (term: PodTerm, namespace: string) => ReadonlyMap<string, number>;

/** Prepares the rules about other Pods for a cluster. */
export function podRules(objects: ObjectIndex, nodes: readonly NodeObject[]): PodRules {
  const nodesByName = new Map(nodes.map((node) => [node.metadata.name, node]));
  const domainOf: DomainOf = (name, key) => labelAt(nodesByName.get(name), key);
  const count = termCounter(objects, domainOf);
  const refusals = once(() => refusalsOfPlaced(objects, domainOf));
  return {
    of: (pod) => {
      const rules = [
        ...affinityRules(pod, count),
        ...antiAffinityRules(pod, count),
        ...refusals().flatMap((refusal) => refusalRule(objects, pod, refusal)),
        ...spreadRules({ objects, nodes, domainOf, pod }),
      ];
      return (node) => rules.flatMap((rule) => rule(node) ?? []);
    },
  };
}

function labelAt(node: NodeObject | undefined, key: string): string | null {
  return (node && nodeLabels(node)[key]) ?? null;
}

function termCounter(objects: ObjectIndex, domainOf: DomainOf): Counter {
  const counts = new Map<string, ReadonlyMap<string, number>>();
  return (term, own) => {
    const cacheKey = `${own}|${canonicalJson(term)}`;
    const known = counts.get(cacheKey);
    if (known) return known;
    const byDomain = new Map<string, number>();
    for (const pod of placedPods(objects, namespacesOf(objects, term, own))) {
      if (!term.labelSelector || !matchesSelector(pod.metadata.labels ?? {}, term.labelSelector)) continue;
      const domain = domainOf(pod.spec?.nodeName ?? '', term.topologyKey ?? '');
      if (domain !== null) byDomain.set(domain, (byDomain.get(domain) ?? 0) + 1);
    }
    counts.set(cacheKey, byDomain);
    return byDomain;
  };
}

function affinityRules(pod: PodObject, count: Counter): NodeRule[] {
  const terms = pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map((term) => {
    const topologyKey = term.topologyKey ?? '';
    const byDomain = count(term, pod.metadata.namespace ?? '');
    // The first Pod of a group that wants to be with itself may go anywhere.
    const first =
      byDomain.size === 0 &&
      Boolean(term.labelSelector) &&
      matchesSelector(pod.metadata.labels ?? {}, term.labelSelector ?? {});
    return (node) => {
      const domain = labelAt(node, topologyKey);
      if (domain !== null && (first || (byDomain.get(domain) ?? 0) > 0)) return null;
      return { kind: 'pod-affinity', topologyKey, domain, matching: 0 };
    };
  });
}

function antiAffinityRules(pod: PodObject, count: Counter): NodeRule[] {
  const terms = pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return terms.map((term) => {
    const byDomain = count(term, pod.metadata.namespace ?? '');
    return (node) => antiAffinityBreach(node, term.topologyKey ?? '', byDomain);
  });
}

function antiAffinityBreach(
  node: NodeObject,
  topologyKey: string,
  byDomain: ReadonlyMap<string, number>,
): PodRuleBreach | null {
  const domain = labelAt(node, topologyKey);
  const matching = domain === null ? 0 : (byDomain.get(domain) ?? 0);
  return matching === 0 ? null : { kind: 'pod-anti-affinity', topologyKey, domain, matching };
}

interface Refusal {
  readonly term: PodTerm;
  readonly namespace: string;
  readonly byDomain: Map<string, number>;
}

function refusalRule(objects: ObjectIndex, pod: PodObject, { term, namespace, byDomain }: Refusal): NodeRule[] {
  if (!term.labelSelector || !matchesSelector(pod.metadata.labels ?? {}, term.labelSelector)) return [];
  if (!namespacesOf(objects, term, namespace).includes(pod.metadata.namespace ?? '')) return [];
  return [
    (node) => {
      const breach = antiAffinityBreach(node, term.topologyKey ?? '', byDomain);
      return breach ? { ...breach, byExisting: true } : null;
    },
  ];
}

// Replicas share their terms, so distinct terms stay few however many Pods there are.
function refusalsOfPlaced(objects: ObjectIndex, domainOf: DomainOf): readonly Refusal[] {
  const refusals = new Map<string, Refusal>();
  for (const pod of objects.list('Pod')) {
    const terms = pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    if (terms.length === 0 || !isPlaced(pod)) continue;
    const namespace = pod.metadata.namespace ?? '';
    for (const term of terms) {
      const domain = domainOf(pod.spec?.nodeName ?? '', term.topologyKey ?? '');
      if (domain === null) continue;
      const key = `${namespace}|${canonicalJson(term)}`;
      const refusal = refusals.get(key) ?? { term, namespace, byDomain: new Map<string, number>() };
      refusals.set(key, refusal);
      refusal.byDomain.set(domain, (refusal.byDomain.get(domain) ?? 0) + 1);
    }
  }
  return [...refusals.values()];
}

interface SpreadQuestion {
  readonly objects: ObjectIndex;
  readonly nodes: readonly NodeObject[];
  readonly domainOf: DomainOf;
  readonly pod: PodObject;
}

function spreadRules(question: SpreadQuestion): NodeRule[] {
  const { pod } = question;
  return (pod.spec?.topologySpreadConstraints ?? []).flatMap((constraint): NodeRule[] => {
    if (constraint.whenUnsatisfiable === 'ScheduleAnyway' || !constraint.labelSelector) return [];
    const selector = withLabelKeys(constraint, constraint.labelSelector, pod);
    const domains = countDomains(question, constraint.topologyKey ?? '', selector);
    const self = matchesSelector(pod.metadata.labels ?? {}, selector) ? 1 : 0;
    const lowest = Math.min(...domains.values());
    const minimum = domains.size >= (constraint.minDomains ?? 1) && Number.isFinite(lowest) ? lowest : 0;
    return [
      (node) => {
        const topologyKey = constraint.topologyKey ?? '';
        const maxSkew = constraint.maxSkew ?? 1;
        const domain = labelAt(node, topologyKey);
        if (domain === null) return { kind: 'topology-spread', topologyKey, domain, matching: 0, maxSkew };
        const matching = domains.get(domain) ?? 0;
        if (matching + self - minimum <= maxSkew) return null;
        return { kind: 'topology-spread', topologyKey, domain, matching, minimum, maxSkew };
      },
    ];
  });
}

function countDomains(
  { objects, nodes, domainOf, pod }: SpreadQuestion,
  key: string,
  selector: LabelSelector,
): ReadonlyMap<string, number> {
  const domains = new Map<string, number>();
  for (const node of nodes) {
    const domain = labelAt(node, key);
    if (domain !== null && pod.spec && isEligible(node, pod.spec)) domains.set(domain, 0);
  }
  for (const other of placedPods(objects, [pod.metadata.namespace ?? ''])) {
    if (other.metadata.deletionTimestamp || !matchesSelector(other.metadata.labels ?? {}, selector)) continue;
    const domain = domainOf(other.spec?.nodeName ?? '', key);
    const known = domain === null ? undefined : domains.get(domain);
    if (domain !== null && known !== undefined) domains.set(domain, known + 1);
  }
  return domains;
}

// matchLabelKeys restricts the count to Pods of the same revision.
function withLabelKeys(constraint: SpreadConstraint, selector: LabelSelector, pod: PodObject): LabelSelector {
  const keys = constraint['matchLabelKeys'];
  if (!Array.isArray(keys)) return selector;
  const pinned = keys.flatMap((key: unknown) => {
    const value = typeof key === 'string' ? pod.metadata.labels?.[key] : undefined;
    return typeof key === 'string' && value !== undefined ? [{ key, operator: 'In', values: [value] }] : [];
  });
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...pinned] };
}

// Spread counts only the domains the Pod's own node rules allow.
function isEligible(node: NodeObject, spec: PodSpec): boolean {
  const terms = requiredNodeTerms(spec);
  if (missingSelectorLabels(node, spec.nodeSelector).length > 0) return false;
  return terms === null || (isNamedByTerms(node, terms) && matchesNodeTerms(node, terms));
}

function placedPods(objects: ObjectIndex, namespaces: readonly string[]): readonly PodObject[] {
  return namespaces.flatMap((namespace) => objects.list('Pod', namespace).filter(isPlaced));
}

function namespacesOf(objects: ObjectIndex, term: PodTerm, own: string): readonly string[] {
  const named = term.namespaces ?? [];
  if (!term.namespaceSelector) return named.length > 0 ? named : [own];
  const selector = term.namespaceSelector;
  if (formatSelector(selector) === '') return objects.namespaces();
  const selected = objects
    .list('Namespace')
    .filter((namespace) => matchesSelector(namespace.metadata.labels ?? {}, selector))
    .map((namespace) => namespace.metadata.name);
  return [...new Set([...named, ...selected])];
}
