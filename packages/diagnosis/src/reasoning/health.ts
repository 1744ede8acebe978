import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime, SECOND } from '@headwater/core/time.ts';
import { citeField } from '../evidence/cite.ts';
import { subjectOf } from '../snapshot/objects.ts';
import { readField } from '../snapshot/field.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A visible departure from what the object itself asks for, whatever its cause. */
export interface Unhealthy {
  readonly subject: Subject;
  readonly statement: string;
  readonly evidence: readonly Evidence[];
}

/** What is visibly wrong with one object; null when it is as it should be or nothing can be said. */
export function unhealthy(snapshot: Snapshot, subject: Subject): Unhealthy | null {
  const object = snapshot.objects.find(subject);
  if (!object) return null;
  switch (subject.kind) {
    case 'Deployment':
      return isRollingOut(snapshot, object) ? null : shortfall(object, 'spec.replicas', 'status.readyReplicas');
    case 'StatefulSet':
      return shortfall(object, 'spec.replicas', 'status.readyReplicas');
    case 'ReplicaSet':
      return shortfall(object, 'spec.replicas', 'status.readyReplicas');
    case 'DaemonSet':
      return shortfall(object, 'status.desiredNumberScheduled', 'status.numberReady');
    case 'Pod':
      return unhealthyPod(object);
    case 'Node':
      return badCondition(object, 'Ready', 'True');
    case 'Job':
      return readField(object, 'status.conditions[type=Failed].status') === 'True'
        ? stated(object, 'status.conditions[type=Failed].reason', 'has failed')
        : null;
    case 'PersistentVolumeClaim':
      return readField(object, 'status.phase') === 'Bound' ? null : stated(object, 'status.phase', 'is not bound');
    default:
      return badCondition(object, 'Ready', 'True') ?? badCondition(object, 'Available', 'True');
  }
}

/** Everything visibly wrong in a scope: workloads short of replicas and Nodes that are not ready. */
export function unhealthyObjects(snapshot: Snapshot, namespaces: ReadonlySet<string> | null): readonly Unhealthy[] {
  const result: Unhealthy[] = [];
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet', 'Node', 'Pod']) {
    for (const object of snapshot.objects.list(kind)) {
      if (namespaces && object.metadata.namespace && !namespaces.has(object.metadata.namespace)) continue;
      if (kind === 'Pod' && snapshot.owners.parent(object)) continue;
      const state = unhealthy(snapshot, subjectOf(object));
      if (state) result.push(state);
    }
  }
  return result;
}

const PROGRESSING = new Set<unknown>(['NewReplicaSetCreated', 'FoundNewReplicaSet', 'ReplicaSetUpdated']);
// What Kubernetes assumes when `progressDeadlineSeconds` is not set.
const PROGRESS_DEADLINE = 600;

// A rollout on its way, with enough replicas serving and its deadline ahead, is short of replicas by design; a firing
// alert asks for more than that.
function isRollingOut(snapshot: Snapshot, object: KubeObject): boolean {
  if (snapshot.alerts.some(({ status }) => status === 'firing')) return false;
  const progressing = (field: string): unknown => readField(object, `status.conditions[type=Progressing].${field}`);
  const updated = progressing('lastUpdateTime');
  const deadline = readField(object, 'spec.progressDeadlineSeconds');
  const age = snapshot.now - (parseTime(typeof updated === 'string' ? updated : undefined) ?? 0);
  return (
    readField(object, 'status.conditions[type=Available].status') === 'True' &&
    progressing('status') === 'True' &&
    PROGRESSING.has(progressing('reason')) &&
    age < (typeof deadline === 'number' ? deadline : PROGRESS_DEADLINE) * SECOND
  );
}

function shortfall(object: KubeObject, wantedPath: string, readyPath: string): Unhealthy | null {
  const wanted = readField(object, wantedPath);
  const ready = readField(object, readyPath) ?? 0;
  if (typeof wanted !== 'number' || typeof ready !== 'number' || ready >= wanted) return null;
  const subject = subjectOf(object);
  // An absent count is shown as (not set); saying the number would not be grounded in it.
  const statement =
    ready === 0
      ? `${formatSubject(subject)} has no ready replica of ${wanted} wanted`
      : `${formatSubject(subject)} has ${ready} of ${wanted} replicas ready`;
  return { subject, statement, evidence: [citeField(object, wantedPath), citeField(object, readyPath)] };
}

function unhealthyPod(object: KubeObject): Unhealthy | null {
  const phase = readField(object, 'status.phase');
  if (phase === 'Succeeded') return null;
  if (phase === 'Running') return badCondition(object, 'Ready', 'True');
  return stated(object, 'status.phase', 'is not running');
}

function badCondition(object: KubeObject, type: string, good: string): Unhealthy | null {
  const path = `status.conditions[type=${type}].status`;
  const value = readField(object, path);
  return value === undefined || value === good ? null : stated(object, path, `is not ${type}`);
}

function stated(object: KubeObject, path: string, words: string): Unhealthy {
  const subject = subjectOf(object);
  return { subject, statement: `${formatSubject(subject)} ${words}`, evidence: [citeField(object, path)] };
}
