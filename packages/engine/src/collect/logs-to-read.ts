import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { isReady } from '@headwater/diagnosis/analyzers/_shared/pods.ts';
import { resolveTargets } from '@headwater/diagnosis/reasoning/targets.ts';
import type { Snapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';

export interface LogToRead {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly previous: boolean;
}

/** Enough for an application and its neighbours; a scan of a large cluster must not read every log. */
const MAX_STREAMS = 120;
/** Replicas of one workload say the same; a few show whether all or one suffer. */
const PODS_PER_WORKLOAD = 3;

type Pod = ObjectOf<'Pod'>;

/** Which container logs matter: alerted workloads first, then sick Pods, then direct neighbours; healthy rest of the namespaces last. */
export function logsToRead(snapshot: Snapshot): { readonly wanted: readonly LogToRead[]; readonly left: number } {
  const targets = resolveTargets(snapshot).map(({ subject }) => subject);
  const near = new Set([...targets, ...targets.flatMap((subject) => neighbours(snapshot, subject))].map(subjectKey));
  const namespaces = new Set([...targets.flatMap(({ namespace }) => namespace ?? []), ...(snapshot.namespaces ?? [])]);
  const aimed = new Set(targets.map(subjectKey));
  const perWorkload = new Map<string, number>();
  const pods = snapshot.objects
    .list('Pod')
    .map((pod) => ({ pod, root: subjectKey(snapshot.owners.rootOf(pod)), sick: isSick(pod) }));
  const rank = ({ pod, root, sick }: (typeof pods)[number]): number => {
    const inScope = namespaces.size === 0 || namespaces.has(pod.metadata.namespace ?? '');
    if (aimed.has(root)) return sick ? 0 : 1;
    if (sick && inScope) return 2;
    if (near.has(root)) return 3;
    if (sick) return 4;
    return inScope ? 5 : 9;
  };
  const ordered = pods.map((entry) => ({ ...entry, rank: rank(entry) })).filter((entry) => entry.rank < 9);
  ordered.sort((left, right) => left.rank - right.rank);
  const streams: LogToRead[] = [];
  for (const { pod, root } of ordered) {
    const taken = perWorkload.get(root) ?? 0;
    if (taken >= PODS_PER_WORKLOAD) continue;
    perWorkload.set(root, taken + 1);
    streams.push(...streamsOf(pod));
  }
  return { wanted: streams.slice(0, MAX_STREAMS), left: Math.max(0, streams.length - MAX_STREAMS) };
}

function neighbours(snapshot: Snapshot, subject: Subject): Subject[] {
  const direct = [
    ...snapshot.topology.dependencies(subject).map(({ to }) => to),
    ...snapshot.topology.dependents(subject).map(({ from }) => from),
  ];
  // A Service stands between two workloads: its back end is the neighbour that has logs.
  const behind = direct
    .filter(({ kind }) => kind === 'Service')
    .flatMap((service) => snapshot.topology.dependencies(service).map(({ to }) => to));
  return [...direct, ...behind];
}

function isSick(pod: Pod): boolean {
  if (pod.status?.phase === 'Succeeded') return false;
  return !isReady(pod) || (pod.status?.containerStatuses ?? []).some(({ restartCount }) => (restartCount ?? 0) > 0);
}

function streamsOf(pod: Pod): LogToRead[] {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const identity = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name };
  return statuses.flatMap(({ name, restartCount, state }) => {
    const started = Boolean(state?.running ?? state?.terminated) || (restartCount ?? 0) > 0;
    const current = started ? [{ ...identity, container: name, previous: false }] : [];
    return (restartCount ?? 0) > 0 ? [...current, { ...identity, container: name, previous: true }] : current;
  });
}
