import type { EventRecord } from '../snapshot/events.ts';
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

/** Changes that only Events tell of: scaling, node turns, GitOps syncs, injected faults. */
export function eventChanges(snapshot: Snapshot): Change[] {
  const changes: Change[] = [];
  for (const event of snapshot.events.all) {
    if (event.last === null || event.last > snapshot.now || event.stale || !isAct(event)) continue;
    changes.push(
      makeChange({
        time: event.last,
        source: 'event',
        subject: event.subject,
        title: `${event.reason}: ${oneLine(event.message)}`,
        diff: [],
        actor: event.component || undefined,
      }),
    );
  }
  return changes;
}

function isAct({ subject, reason }: EventRecord): boolean {
  if (REASONS[subject.kind]?.includes(reason)) return true;
  return /Chaos$|^Schedule$|^ChaosEngine$/.test(subject.kind) && CHAOS_REASONS.has(reason);
}
