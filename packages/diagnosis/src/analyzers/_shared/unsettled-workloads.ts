import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from './memo.ts';
import type { Workload } from './workloads.ts';

type Replicated = ObjectOf<'Deployment'> | ObjectOf<'StatefulSet'> | ObjectOf<'ReplicaSet'>;

/**
 * Workloads of which anything is left to ask: all but those whose controller has seen what is wanted, which have every Pod of
 * it, Ready and of the present template, and whose conditions are good. A Deployment or StatefulSet that wants no Pods is
 * left to ask about, a ReplicaSet is not.
 */
export const unsettledWorkloads = perSnapshot(({ objects }: Snapshot) => ({
  deployments: objects.list('Deployment').filter(isUnsettled),
  statefulSets: objects.list('StatefulSet').filter(isUnsettled),
  replicaSets: objects.list('ReplicaSet').filter(isUnsettled),
}));

/** The same together with every DaemonSet, in canonical order. */
export function unsettledOfAll(snapshot: Snapshot): readonly Workload[] {
  const { deployments, statefulSets } = unsettledWorkloads(snapshot);
  return [...deployments, ...statefulSets, ...snapshot.objects.list('DaemonSet')];
}

const SETTLED = { settled: true };
const UNSETTLED = { settled: false };

const reading = perObject((workload: Replicated) => (isSettled(workload) ? SETTLED : UNSETTLED));

function isUnsettled(workload: Replicated): boolean {
  return reading(workload) === UNSETTLED;
}

function isSettled(workload: Replicated): boolean {
  const { kind, metadata, spec, status } = workload;
  const wanted = spec?.replicas;
  if (typeof wanted !== 'number' || typeof status?.replicas !== 'number') return false;
  const has = (count: number | null | undefined): boolean => (count ?? 0) >= wanted;
  if (!has(status.replicas) || !has(status.readyReplicas) || !isGood(status.conditions)) return false;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  if (kind === 'ReplicaSet') return true;
  const available = kind === 'StatefulSet' || has(status.availableReplicas);
  return wanted > 0 && available && has(status.updatedReplicas) && isOfOneRevision(workload);
}

function isGood(conditions: NonNullable<Replicated['status']>['conditions']): boolean {
  return (conditions ?? []).every(
    ({ type, status }) => (type === 'Available' || type === 'Progressing') && status === 'True',
  );
}

function isOfOneRevision({ spec, status }: Replicated): boolean {
  return !spec?.paused && !status?.unavailableReplicas && status?.currentRevision === status?.updateRevision;
}
