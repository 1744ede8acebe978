import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
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
