import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import type { Workload } from './workloads.ts';

type Replicated = ObjectOf<'Deployment'> | ObjectOf<'StatefulSet'> | ObjectOf<'ReplicaSet'>;

/**
 * Workloads of which anything is left to ask: all but those whose controller has seen what is wanted, which have every Pod of
 * it, Ready and of the present template, and whose conditions are good. A Deployment or StatefulSet that wants no Pods is
 * left to ask about, a ReplicaSet is not.
 */
export function unsettledWorkloads(snapshot: Snapshot) {
  const { deployments, statefulSets, replicaSets } = sifted(snapshot);
  return {
    deployments: deployments.unsettled,
    statefulSets: statefulSets.unsettled,
    replicaSets: replicaSets.unsettled,
  };
}

/** The same together with every DaemonSet, in canonical order. */
export function unsettledOfAll(snapshot: Snapshot): readonly Workload[] {
  const { deployments, statefulSets } = unsettledWorkloads(snapshot);
  return [...deployments, ...statefulSets, ...snapshot.objects.list('DaemonSet')];
}

/** Deployments and StatefulSets whose template names a claim or a Node, and every DaemonSet, in canonical order. */
export function tiedWorkloads(snapshot: Snapshot): readonly Workload[] {
  const { deployments, statefulSets } = sifted(snapshot);
  return [...deployments.tied, ...statefulSets.tied, ...snapshot.objects.list('DaemonSet')];
}

const sifted = perSnapshot(({ objects }: Snapshot) => ({
  deployments: sift(objects.list('Deployment')),
  statefulSets: sift(objects.list('StatefulSet')),
  replicaSets: sift(objects.list('ReplicaSet')),
}));

function sift<W extends Replicated>(workloads: readonly W[]): { unsettled: readonly W[]; tied: readonly W[] } {
  const unsettled: W[] = [];
  const tied: W[] = [];
  for (const workload of workloads) {
    const traits = reading(workload);
    if (!traits.settled) unsettled.push(workload);
    if (traits.tied) tied.push(workload);
  }
  return { unsettled, tied };
}

const SETTLED = { settled: true, tied: false };
const UNSETTLED = { settled: false, tied: false };

const reading = perObject((workload: Replicated) => {
  const traits = isSettled(workload) ? SETTLED : UNSETTLED;
  return isTied(workload) ? { ...traits, tied: true } : traits;
});

function isTied({ spec }: Replicated): boolean {
  const { volumes, nodeName } = spec?.template?.spec ?? {};
  return Boolean(nodeName) || (volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName);
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
