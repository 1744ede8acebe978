import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type ObjectIndex, subjectOf } from './objects.ts';

/** Owner chains of any kind, by controller reference. */
export interface OwnerIndex {
  /** The controlling owner, whether or not the object itself was read. */
  parent(object: KubeObject): Subject | undefined;
  /** The top of the chain: Pod to Deployment, StatefulSet, DaemonSet, CronJob or a custom resource; itself when unowned. */
  root(subject: Subject): Subject;
  /** As `root`, of an object that was read. */
  rootOf(object: KubeObject): Subject;
  /** Objects a subject controls directly. */
  children(subject: Subject): readonly KubeObject[];
  /** Pods a subject controls, through any depth; a Pod yields itself. */
  pods(subject: Subject): readonly ObjectOf<'Pod'>[];
  /** The chain from a subject up to its root, both included. */
  chain(subject: Subject): readonly Subject[];
}

// A cycle in owner references is illegal but can be written; nothing real is deeper.
const MAX_DEPTH = 8;

/** Builds the owner index in one pass over the objects. */
export function indexOwners(objects: ObjectIndex): OwnerIndex {
  const subjects = new Map<KubeObject, Subject>();
  const parents = new Map<KubeObject, Subject>();
  const children = createChildren(objects);
  for (const object of objects.all) {
    const parent = controllerOf(object, objects, subjects);
    if (!parent) continue;
    parents.set(object, parent);
    children.add(parent, object);
  }
  const chain = (subject: Subject): readonly Subject[] => {
    const known = objects.find(subject);
    const steps = [known ? subjectOf(known) : subject];
    for (let object = known; object && steps.length < MAX_DEPTH; ) {
      const parent = parents.get(object);
      if (!parent) break;
      steps.push(parent);
      object = objects.find(parent);
    }
    return steps;
  };
  const roots = new Map<KubeObject, Subject>();
  const root = (subject: Subject): Subject => {
    const object = objects.find(subject);
    if (!object) return subject;
    const known = roots.get(object);
    if (known) return known;
    const found = chain(subject).at(-1) ?? subject;
    roots.set(object, found);
    return found;
  };
  const pods = (subject: Subject, depth = 0): readonly ObjectOf<'Pod'>[] => {
    if (subject.kind === 'Pod') {
      const pod = objects.get('Pod', subject.namespace, subject.name);
      return pod ? [pod] : [];
    }
    if (depth >= MAX_DEPTH) return [];
    return children.of(subject).flatMap((child) => pods(subjectOf(child), depth + 1));
  };
  return {
    parent: (object) => parents.get(object),
    root,
    rootOf: (object) => roots.get(object) ?? root(subjectOf(object)),
    children: children.of,
    pods: (subject) => pods(subject),
    chain,
  };
}

/** Children by the owner that was read, or by its name when it was not. */
function createChildren(objects: ObjectIndex): {
  add: (parent: Subject, child: KubeObject) => void;
  of: (parent: Subject) => readonly KubeObject[];
} {
  const byOwner = new Map<KubeObject | string, KubeObject[]>();
  const keyOf = (parent: Subject): KubeObject | string => objects.find(parent) ?? subjectKey(parent);
  return {
    add: (parent, child) => {
      const key = keyOf(parent);
      const list = byOwner.get(key);
      if (list) list.push(child);
      else byOwner.set(key, [child]);
    },
    of: (parent) => byOwner.get(keyOf(parent)) ?? [],
  };
}

function controllerOf(
  object: KubeObject,
  objects: ObjectIndex,
  subjects: Map<KubeObject, Subject>,
): Subject | undefined {
  const references = object.metadata.ownerReferences;
  if (!references) return undefined;
  const reference = references.find((owner) => owner.controller) ?? references[0];
  if (!reference?.kind || !reference.name) return undefined;
  // Nodes own their mirror pods and leases; climbing there would call every static pod a Node.
  if (reference.kind === 'Node') return undefined;
  const named = objects.get(reference.kind, object.metadata.namespace, reference.name);
  // Nearly every reference means the object of that name; only others are worth an index of every uid.
  const owner =
    reference.uid && named?.metadata.uid !== reference.uid ? (objects.byUid(reference.uid) ?? named) : named;
  if (owner) return shared(owner, subjects);
  const deployment = reference.kind === 'ReplicaSet' ? deploymentBehind(object, reference.name, objects) : undefined;
  if (deployment) return shared(deployment, subjects);
  const subject: Subject = { kind: reference.kind, name: reference.name };
  return {
    ...(reference.apiVersion ? { apiVersion: reference.apiVersion } : {}),
    ...subject,
    ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
    ...(reference.uid ? { uid: reference.uid } : {}),
  };
}

// ReplicaSets are often left out of a dump; the Deployment controller names each one after its Deployment and the Pods' hash.
function deploymentBehind(pod: KubeObject, replicaSet: string, objects: ObjectIndex): KubeObject | undefined {
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (!hash || !replicaSet.endsWith(`-${hash}`)) return undefined;
  return objects.get('Deployment', pod.metadata.namespace, replicaSet.slice(0, -hash.length - 1));
}

function shared(object: KubeObject, subjects: Map<KubeObject, Subject>): Subject {
  const known = subjects.get(object);
  if (known) return known;
  const subject = subjectOf(object);
  subjects.set(object, subject);
  return subject;
}
