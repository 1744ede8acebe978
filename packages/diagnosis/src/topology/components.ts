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
  const byKey = new Map<string, Subject>();
  const vertices = new Set<Subject>();
  const byObject = new Map<KubeObject, Subject>();
  const of = (subject: Subject): Subject => {
    if (vertices.has(subject)) return subject;
    const key = subjectKey(subject);
    const known = byKey.get(key);
    if (known) return known;
    const vertex = WORKLOAD_KINDS.has(subject.kind) ? snapshot.owners.root(subject) : canonical(snapshot, subject);
    const shared = byKey.get(subjectKey(vertex)) ?? vertex;
    vertices.add(shared);
    byKey.set(subjectKey(vertex), shared);
    byKey.set(key, shared);
    return shared;
  };
  return {
    of,
    ofObject: (object) => {
      let vertex = byObject.get(object);
      if (!vertex) {
        vertex = of(subjectOf(object));
        byObject.set(object, vertex);
      }
      return vertex;
    },
    named: (kind, namespace, name) => of({ kind, name, ...(namespace ? { namespace } : {}) }),
  };
}

function canonical(snapshot: Snapshot, subject: Subject): Subject {
  const object = snapshot.objects.find(subject);
  return object ? subjectOf(object) : subject;
}
