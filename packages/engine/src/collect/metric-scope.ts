import { compareText, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { resolveTargets } from '@headwater/diagnosis/reasoning/targets.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { alertExpressions } from './alert-expression.ts';
import { isNamespace } from './refusals.ts';

/** What the metrics of an incident are narrowed to; null does not narrow. */
export interface MetricScope {
  readonly namespaces: readonly string[];
  /** Pods by name, or by the prefix of their workload's (ends in `-`) so that those that are gone count too. */
  readonly pods: { readonly namespaces: readonly string[]; readonly names: readonly string[] } | null;
  /** Names and addresses of Nodes. */
  readonly nodes: readonly string[] | null;
  /** What the rules of the alerts measure, by alert name. */
  readonly expressions: readonly { readonly alertname: string; readonly expression: string }[];
}

// Up to here a namespace is read whole: who calls whom is often known from its metrics alone.
const MAX_PODS = 300;
const MAX_NODES = 30;
const MAX_HOPS = 3;
// An alternation of more names costs a log store more than reading the namespace.
const MAX_NAMES = 100;

/** The workloads, neighbours and Nodes of an incident, as far as its objects tell. */
export function metricScope(snapshot: Snapshot, namespaces: readonly string[]): MetricScope {
  const targets = resolveTargets(snapshot).map(({ subject }) => subject);
  const inScope = snapshot.objects
    .list('Pod')
    .filter(({ metadata }) => namespaces.length === 0 || namespaces.includes(metadata.namespace ?? ''));
  const near = neighbourhood(snapshot, targets);
  const nearby = inScope.filter((pod) => near.has(subjectKey(snapshot.owners.rootOf(pod))));
  const narrowed = inScope.length > MAX_PODS && nearby.length > 0;
  const chosen = narrowed ? nearby : inScope;
  const nodes = nodesOf(snapshot, targets, narrowed ? nearby.map(({ spec }) => spec?.nodeName ?? '') : null);
  // Who shares a Node with the alerted workload may be what takes its CPU.
  const hosts = new Set(
    nearby
      .filter((pod) => targets.some((target) => subjectKey(target) === subjectKey(snapshot.owners.rootOf(pod))))
      .flatMap(({ spec }) => spec?.nodeName ?? []),
  );
  const beside = snapshot.objects
    .list('Pod')
    .filter(({ spec, metadata }) => hosts.has(spec?.nodeName ?? '') && metadata.namespace !== undefined);
  const names = [...chosen, ...beside].map((pod) => prefixOf(snapshot, subjectOf(pod)));
  const owners = [...namespaces, ...beside.map(({ metadata }) => metadata.namespace ?? undefined)].filter(isNamespace);
  const foreign = beside.length > 0 && owners.some((owner) => !namespaces.includes(owner));
  return {
    namespaces,
    pods: namespaces.length > 0 && (narrowed || foreign) ? { namespaces: unique(owners), names: unique(names) } : null,
    nodes,
    expressions: alertExpressions(snapshot.alerts),
  };
}

/** Names or prefixes (ending in `-`) of the Pods an incident is about and of their neighbours, gone ones too; null when nothing says. */
export function nearPods(snapshot: Snapshot, namespaces: readonly string[]): readonly string[] | null {
  const targets = resolveTargets(snapshot).map(({ subject }) => subject);
  const near = neighbourhood(snapshot, targets);
  const names = snapshot.objects.list('Pod').flatMap((pod) => {
    const inScope = namespaces.length === 0 || namespaces.includes(pod.metadata.namespace ?? '');
    const isNear = near.has(subjectKey(snapshot.owners.rootOf(pod)));
    return inScope && isNear ? [prefixOf(snapshot, subjectOf(pod))] : [];
  });
  const own = targets.flatMap(({ kind, name }) => (kind === 'Pod' ? [name] : kind === 'Node' ? [] : [`${name}-`]));
  const all = unique([...names, ...own]);
  return all.length === 0 || all.length > MAX_NAMES ? null : all;
}

/** Everything of some namespaces, for a recording of the whole. */
export function wholeScope(namespaces: readonly string[]): MetricScope {
  return { namespaces, pods: null, nodes: null, expressions: [] };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort(compareText);
}

function neighbourhood(snapshot: Snapshot, targets: readonly Subject[]): ReadonlySet<string> {
  const seen = new Map(targets.map((subject) => [subjectKey(subject), subject]));
  let edge: readonly Subject[] = targets;
  for (let hop = 0; hop < MAX_HOPS && edge.length > 0; hop++) {
    const next = edge.flatMap((subject) => [
      ...snapshot.topology.dependencies(subject).map(({ to }) => to),
      ...snapshot.topology.dependents(subject).map(({ from }) => from),
    ]);
    edge = next.filter((subject) => !seen.has(subjectKey(subject)));
    for (const subject of edge) seen.set(subjectKey(subject), subject);
  }
  return new Set(seen.keys());
}

// Every Pod of a workload, present or gone, is named `workload-…`.
function prefixOf(snapshot: Snapshot, pod: Subject): string {
  const root = snapshot.owners.root(pod);
  return pod.name.startsWith(`${root.name}-`) ? `${root.name}-` : pod.name;
}

function nodesOf(snapshot: Snapshot, targets: readonly Subject[], hosts: readonly string[] | null): string[] | null {
  const nodes = snapshot.objects.list('Node');
  if (nodes.length <= MAX_NODES) return null;
  const wanted = new Set([...(hosts ?? []), ...targets.filter(({ kind }) => kind === 'Node').map(({ name }) => name)]);
  const known = nodes.filter(
    ({ metadata, status }) =>
      wanted.has(metadata.name) ||
      (status?.conditions ?? []).some(({ type, status: state }) =>
        type === 'Ready' ? state !== 'True' : state === 'True',
      ),
  );
  if (hosts === null && known.length === 0) return null;
  const names = known.flatMap(({ metadata, status }) => [
    metadata.name,
    ...(status?.addresses ?? []).flatMap(({ address }) => address ?? []),
  ]);
  return unique(names);
}
