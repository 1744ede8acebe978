import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../snapshot/objects.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  'Pod',
  'ReplicaSet',
  'ReplicationController',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);

export interface Components {
  /** The vertex of a subject, one shared object for every spelling of it: equal vertices are identical. */
  of(subject: Subject): Subject;
  /** The vertex of an object; cheaper than by subject for the many Pods of a large cluster. */
  ofObject(object: KubeObject): Subject;
  /** The vertex of an object named by kind, namespace and name; it need not exist. */
  named(kind: string, namespace: string | null | undefined, name: string): Subject;
}

/** Maps objects to the vertices of the graph; answers are shared so that edges hold no copies. */
export function indexComponents(snapshot: Snapshot): Components {
  const vertices = new Set<Subject>();
  // By object for what was read, by name for what only is referred to.
  const byObject = new Map<KubeObject, Subject>();
  const byKey = new Map<string, Subject>();
  const of = (subject: Subject): Subject => {
    if (vertices.has(subject)) return subject;
    const object = snapshot.objects.find(subject);
    return object ? ofObject(object) : unread(subject);
  };
  const ofObject = (object: KubeObject): Subject => {
    const known = byObject.get(object);
    if (known) return known;
    const vertex = WORKLOAD_KINDS.has(object.kind) ? snapshot.owners.rootOf(object) : subjectOf(object);
    const top = snapshot.objects.find(vertex);
    const shared = top ? (byObject.get(top) ?? vertex) : unread(vertex);
    vertices.add(shared);
    if (top) byObject.set(top, shared);
    byObject.set(object, shared);
    return shared;
  };
  const unread = (subject: Subject): Subject => {
    const key = subjectKey(subject);
    const shared = byKey.get(key) ?? subject;
    vertices.add(shared);
    byKey.set(key, shared);
    return shared;
  };
  return {
    of,
    ofObject,
    named: (kind, namespace, name) => {
      const object = snapshot.objects.get(kind, namespace, name);
      return object ? ofObject(object) : unread({ kind, name, ...(namespace ? { namespace } : {}) });
    },
  };
}
