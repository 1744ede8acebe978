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
  const { parents, childrenOf } = relate(objects);
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
    return childrenOf(subject).flatMap((child) => pods(subjectOf(child), depth + 1));
  };
  return {
    parent: (object) => parents.get(object),
    root,
    rootOf: (object) => roots.get(object) ?? root(subjectOf(object)),
    children: childrenOf,
    pods: (subject) => pods(subject),
    chain,
  };
}

interface Relations {
  readonly parents: ReadonlyMap<KubeObject, Subject>;
  readonly childrenOf: (owner: Subject) => readonly KubeObject[];
}

function relate(objects: ObjectIndex): Relations {
  const parents = new Map<KubeObject, Subject>();
  const families = new Map<KubeObject, { readonly owner: Subject; readonly children: KubeObject[] }>();
  // Of owners that were not read, by name.
  const orphans = new Map<string, KubeObject[]>();
  const place = (object: KubeObject): void => {
    const reference = controllerOf(object);
    if (!reference) return;
    const owner = ownerBehind(object, reference, objects);
    if (owner) {
      let family = families.get(owner);
      if (!family) families.set(owner, (family = { owner: subjectOf(owner), children: [] }));
      family.children.push(object);
      parents.set(object, family.owner);
    } else {
      const named = subjectIn(object, reference);
      const key = subjectKey(named);
      const known = orphans.get(key);
      if (known) known.push(object);
      else orphans.set(key, [object]);
      parents.set(object, named);
    }
  };
  for (const object of objects.owned()) place(object);
  const childrenOf = (owner: Subject): readonly KubeObject[] => {
    const read = objects.find(owner);
    return (read ? families.get(read)?.children : orphans.get(subjectKey(owner))) ?? [];
  };
  return { parents, childrenOf };
}

interface Reference {
  readonly apiVersion?: string | null | undefined;
  readonly kind: string;
  readonly name: string;
  readonly uid?: string | null | undefined;
}

function controllerOf({ metadata }: KubeObject): Reference | undefined {
  const references = metadata.ownerReferences;
  if (!references) return undefined;
  const { kind, name, apiVersion, uid } = references.find((owner) => owner.controller) ?? references[0] ?? {};
  // Nodes own their mirror pods and leases; climbing there would call every static pod a Node.
  return kind && name && kind !== 'Node' ? { kind, name, apiVersion, uid } : undefined;
}

function ownerBehind(object: KubeObject, { kind, name, uid }: Reference, objects: ObjectIndex): KubeObject | undefined {
  const named = objects.get(kind, object.metadata.namespace, name);
  // Nearly every reference means the object of that name; only others are worth an index of every uid.
  const owner = uid && named?.metadata.uid !== uid ? (objects.byUid(uid) ?? named) : named;
  return owner ?? (kind === 'ReplicaSet' ? deploymentBehind(object, name, objects) : undefined);
}

function subjectIn({ metadata }: KubeObject, { apiVersion, kind, name, uid }: Reference): Subject {
  return {
    ...(apiVersion ? { apiVersion } : {}),
    kind,
    name,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    ...(uid ? { uid } : {}),
  };
}

// ReplicaSets are often left out of a dump; the Deployment controller names each one after its Deployment and the Pods' hash.
function deploymentBehind(pod: KubeObject, replicaSet: string, objects: ObjectIndex): KubeObject | undefined {
  const hash = pod.metadata.labels?.['pod-template-hash'];
  if (!hash || !replicaSet.endsWith(`-${hash}`)) return undefined;
  return objects.get('Deployment', pod.metadata.namespace, replicaSet.slice(0, -hash.length - 1));
}
