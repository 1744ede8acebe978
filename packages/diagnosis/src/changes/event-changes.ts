import type { EventRecord } from '../snapshot/events.ts';
import { perObject } from '../snapshot/per-object.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { oneLine } from '../evidence/evidence.ts';
import { type Change, makeChange } from './change.ts';

// Reasons of events that record an act or a turn, by the kind they are about; effects (Killing, BackOff) are no changes.
const REASONS: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['ScalingReplicaSet', 'DeploymentRollback'],
  HorizontalPodAutoscaler: ['SuccessfulRescale'],
  Node: [
    'NodeNotReady',
    'NodeReady',
    'Rebooted',
    'RegisteredNode',
    'RemovingNode',
    'DeletingNode',
    'NodeNotSchedulable',
    'NodeSchedulable',
    'Starting',
    'Shutdown',
    'TerminatedAllPods',
    'NodeHasDiskPressure',
    'NodeHasInsufficientMemory',
    'NodeHasInsufficientPID',
    'KernelOops',
    'TaintManagerEviction',
  ],
  PersistentVolumeClaim: ['VolumeResizeSuccessful', 'FileSystemResizeSuccessful'],
  Application: ['OperationStarted', 'OperationCompleted', 'ResourceUpdated'],
  Kustomization: ['ReconciliationSucceeded', 'Progressing'],
  HelmRelease: ['UpgradeSucceeded', 'InstallSucceeded', 'RollbackSucceeded', 'UninstallSucceeded'],
};
const CHAOS_REASONS = new Set([
  'Applied',
  'Recovered',
  'Started',
  'TimeUp',
  'Spawned',
  'ChaosInject',
  'ExperimentJobCreate',
]);

const TELLING = new Set([...Object.values(REASONS).flat(), ...CHAOS_REASONS]);

/** Changes that only Events tell of: scaling, node turns, GitOps syncs, injected faults. */
export function eventChanges(snapshot: Snapshot): Change[] {
  const changes: Change[] = [];
  for (const reason of TELLING)
    for (const event of snapshot.events.unordered(reason)) {
      if (!isAct(event) || event.stale || event.last === null || event.last > snapshot.now) continue;
      changes.push(changeOf(event));
    }
  return changes;
}

const changeOf = perObject(
  ({ reason, message, subject, last, component }: EventRecord): Change =>
    makeChange({
      time: last ?? 0,
      source: 'event',
      subject,
      title: `${reason}: ${oneLine(message)}`,
      diff: [],
      actor: component || undefined,
    }),
);

function isAct({ subject, reason }: EventRecord): boolean {
  if (REASONS[subject.kind]?.includes(reason)) return true;
  return /Chaos$|^Schedule$|^ChaosEngine$/.test(subject.kind) && CHAOS_REASONS.has(reason);
}
