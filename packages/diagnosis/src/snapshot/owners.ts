import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { type ObjectIndex, subjectOf } from './objects.ts';

/** Owner chains of any kind, by controller reference. */
export interface OwnerIndex {
  /** The controlling owner, whether or not the object itself was read. */
  parent(object: KubeObject): Subject | undefined;
  /** The top of the chain: Pod to Deployment, StatefulSet, DaemonSet, CronJob or a custom resource; itself when unowned. */
  root(subject: Subject): Subject;
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
  const children = new Map<string, KubeObject[]>();
  const parents = new Map<KubeObject, Subject>();
  for (const object of objects.all) {
    const parent = controllerOf(object, objects);
    if (!parent) continue;
    parents.set(object, parent);
    const key = subjectKey(parent);
    const list = children.get(key);
    if (list) list.push(object);
    else children.set(key, [object]);
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
  const pods = (subject: Subject, depth = 0): readonly ObjectOf<'Pod'>[] => {
    if (subject.kind === 'Pod') {
      const pod = objects.get('Pod', subject.namespace, subject.name);
      return pod ? [pod] : [];
    }
    if (depth >= MAX_DEPTH) return [];
    return (children.get(subjectKey(subject)) ?? []).flatMap((child) => pods(subjectOf(child), depth + 1));
  };
  return {
    parent: (object) => parents.get(object),
    root: (subject) => chain(subject).at(-1) ?? subject,
    children: (subject) => children.get(subjectKey(subject)) ?? [],
    pods: (subject) => pods(subject),
    chain,
  };
}

function controllerOf(object: KubeObject, objects: ObjectIndex): Subject | undefined {
  const references = object.metadata.ownerReferences ?? [];
  const reference = references.find((owner) => owner.controller) ?? references[0];
  if (!reference?.kind || !reference.name) return undefined;
  // Nodes own their mirror pods and leases; climbing there would call every static pod a Node.
  if (reference.kind === 'Node') return undefined;
  const owner =
    (reference.uid ? objects.byUid(reference.uid) : undefined) ??
    objects.get(reference.kind, object.metadata.namespace, reference.name);
  if (owner) return subjectOf(owner);
  const deployment = reference.kind === 'ReplicaSet' ? deploymentBehind(object, reference.name, objects) : undefined;
  if (deployment) return subjectOf(deployment);
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
