import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Explanation } from './explanation.ts';

// Set by the API server itself while dependents are removed; the dependents are the reason.
const GARBAGE_COLLECTION = new Set(['foregroundDeletion', 'orphan']);

/** Why an object that is no Pod and no Namespace does not go; null when the garbage collector is at work on its dependents. */
export function explainObject(snapshot: Snapshot, object: KubeObject): Explanation | null {
  return explainUse(snapshot, object) ?? explainFinalizers(object);
}

/** The finalizers that keep an object, the garbage collector's own left aside. */
export function explainFinalizers(object: KubeObject): Explanation | null {
  const held = (object.metadata.finalizers ?? []).filter((finalizer) => !GARBAGE_COLLECTION.has(finalizer));
  if (held.length === 0) return null;
  const names = held.map((finalizer) => `\`${finalizer}\``).join(', ');
  return {
    code: 'deletion/finalizer',
    text: `finalizer ${names} is not removed by its controller`,
    strength: 0.85,
    evidence: [citeField(object, 'metadata.finalizers')],
    blames: [],
  };
}

function explainUse(snapshot: Snapshot, { kind, metadata }: KubeObject): Explanation | null {
  if (kind !== 'PersistentVolumeClaim' || !metadata.finalizers?.includes('kubernetes.io/pvc-protection')) return null;
  const user = snapshot.objects
    .list('Pod', metadata.namespace ?? undefined)
    .find(
      ({ spec, status }) =>
        status?.phase !== 'Succeeded' &&
        status?.phase !== 'Failed' &&
        spec?.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name),
    );
  const volume = user?.spec?.volumes?.find((candidate) => candidate.persistentVolumeClaim?.claimName === metadata.name);
  if (!user || !volume) return null;
  return {
    code: 'deletion/in-use',
    text: `${formatSubject(subjectOf(user))} still uses it`,
    strength: 0.7,
    evidence: [citeField(user, `spec.volumes[name=${volume.name}].persistentVolumeClaim`)],
    blames: [],
  };
}
