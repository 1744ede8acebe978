import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { subjectOf } from '@headwater/diagnosis/snapshot/objects.ts';
import type { HeldObjects } from '../ports/cluster.ts';

// A cycle in owner references is illegal but can be written; nothing real is deeper.
const MAX_DEPTH = 8;

/** The top of an object's owner chain by direct look-ups; null when neither it nor what it was made from is held. */
export function rootOwner(held: HeldObjects, subject: Subject): Subject | null {
  const object = held.get(subject.kind, subject.namespace, subject.name) ?? makerOfGonePod(held, subject);
  return object ? climb(held, object) : null;
}

/** As `rootOwner`, from an object at hand. */
export function rootOf(held: HeldObjects, object: KubeObject): Subject {
  return climb(held, object);
}

function climb(held: HeldObjects, start: KubeObject): Subject {
  let object = start;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const references = object.metadata.ownerReferences ?? [];
    const owner = references.find(({ controller }) => controller) ?? references[0];
    // Nodes own their mirror Pods; climbing there would call every static Pod a Node.
    if (!owner?.kind || !owner.name || owner.kind === 'Node') return subjectOf(object);
    const { namespace } = object.metadata;
    const found = held.get(owner.kind, namespace, owner.name) ?? held.get(owner.kind, null, owner.name);
    if (!found) return behindMissing(held, object, { ...owner, kind: owner.kind, name: owner.name });
    object = found;
  }
  return subjectOf(object);
}

interface Missing {
  readonly apiVersion?: string | null | undefined;
  readonly kind: string;
  readonly name: string;
}

// A Deployment names each ReplicaSet after itself and the Pods' hash, so it is known even when ReplicaSets may not be read.
function behindMissing(held: HeldObjects, object: KubeObject, owner: Missing): Subject {
  const { namespace, labels } = object.metadata;
  const hash = labels?.['pod-template-hash'];
  const made = hash && owner.kind === 'ReplicaSet' && owner.name.endsWith(`-${hash}`);
  const deployment = made ? held.get('Deployment', namespace, owner.name.slice(0, -hash.length - 1)) : undefined;
  if (deployment) return subjectOf(deployment);
  return {
    ...(owner.apiVersion ? { apiVersion: owner.apiVersion } : {}),
    kind: owner.kind,
    ...(namespace ? { namespace } : {}),
    name: owner.name,
  };
}

// Pod names are made from their owner's: <deployment>-<hash>-<5>, <statefulset>-<n>, <daemonset>-<5>.
const STEMS = [/-[a-z0-9]{5}$/, /-[a-z0-9]+-[a-z0-9]{5}$/, /-\d+$/];
const MAKERS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job'] as const;

function makerOfGonePod(held: HeldObjects, { kind, namespace, name }: Subject): KubeObject | undefined {
  if (kind !== 'Pod' || !namespace) return undefined;
  for (const maker of MAKERS) {
    for (const stem of STEMS) {
      const found = stem.test(name) ? held.get(maker, namespace, name.replace(stem, '')) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}
