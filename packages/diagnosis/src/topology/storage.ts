import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { formatSelector, matchesSelector } from '@headwater/core/kube/selector.ts';
import type { ObjectIndex } from '../snapshot/objects.ts';

export type Claim = ObjectOf<'PersistentVolumeClaim'>;
export type Volume = ObjectOf<'PersistentVolume'>;

/** Why a PersistentVolume does not suit a claim; `wanted` and `found` as they are written. */
export interface VolumeMismatch {
  readonly kind: 'capacity' | 'access-mode' | 'class' | 'selector' | 'volume-mode' | 'taken' | 'not-available';
  readonly wanted: string;
  readonly found: string;
}

const LEGACY_CLASS = 'volume.beta.kubernetes.io/storage-class';
const DEFAULT_MARKS = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** Every reason why a volume cannot be bound to a claim; empty when it can. */
export function volumeMismatches(volume: Volume, claim: Claim): readonly VolumeMismatch[] {
  const found: VolumeMismatch[] = [];
  const holder = volume.spec?.claimRef;
  if (holder?.name && !isFor(volume, claim)) {
    found.push({ kind: 'taken', wanted: claim.metadata.name, found: `${holder.namespace ?? ''}/${holder.name}` });
  } else if (!['Available', 'Bound', 'Pending', undefined, null].includes(volume.status?.phase)) {
    found.push({ kind: 'not-available', wanted: 'Available', found: volume.status?.phase ?? '' });
  }
  const request = claim.spec?.resources?.requests?.['storage'];
  const capacity = volume.spec?.capacity?.['storage'];
  const [wantedBytes, bytes] = [parseQuantity(request), parseQuantity(capacity)];
  if (wantedBytes !== null && bytes !== null && bytes < wantedBytes)
    found.push({ kind: 'capacity', wanted: String(request), found: String(capacity) });
  const modes = volume.spec?.accessModes ?? [];
  const missing = (claim.spec?.accessModes ?? []).filter((mode) => !modes.includes(mode));
  if (modes.length > 0 && missing.length > 0)
    found.push({ kind: 'access-mode', wanted: missing.join(', '), found: modes.join(', ') });
  const [wantedClass, ownClass] = [className(claim) ?? '', className(volume) ?? ''];
  if (wantedClass !== ownClass) found.push({ kind: 'class', wanted: wantedClass, found: ownClass });
  const selector = claim.spec?.selector;
  if (selector && !matchesSelector(volume.metadata.labels ?? {}, selector)) {
    found.push({
      kind: 'selector',
      wanted: formatSelector(selector),
      found: formatSelector({ matchLabels: volume.metadata.labels }),
    });
  }
  const [wantedMode, mode] = [claim.spec?.volumeMode ?? 'Filesystem', volume.spec?.volumeMode ?? 'Filesystem'];
  if (wantedMode !== mode) found.push({ kind: 'volume-mode', wanted: wantedMode, found: mode });
  return found;
}

/** Whether a volume is bound or reserved to this very claim; a uid of an earlier claim of the name does not count. */
export function isFor(volume: Volume, claim: Claim): boolean {
  const reference = volume.spec?.claimRef;
  if (
    reference?.name !== claim.metadata.name ||
    (reference.namespace ?? claim.metadata.namespace) !== claim.metadata.namespace
  )
    return false;
  return !reference.uid || !claim.metadata.uid || reference.uid === claim.metadata.uid;
}

/** The storage class a claim or volume names, by field or legacy annotation; undefined when it names none. */
export function className(object: Claim | Volume): string | undefined {
  return object.spec?.storageClassName ?? object.metadata.annotations?.[LEGACY_CLASS] ?? undefined;
}

/** StorageClasses marked as default. */
export function defaultClasses(objects: ObjectIndex): readonly ObjectOf<'StorageClass'>[] {
  return objects
    .list('StorageClass')
    .filter((candidate) => DEFAULT_MARKS.some((mark) => candidate.metadata.annotations?.[mark] === 'true'));
}

/** Whether a claim only waits for a Pod to use it, which is no fault. */
export function waitsForConsumer(objects: ObjectIndex, claim: Claim): boolean {
  const name = className(claim);
  const used = name ? objects.get('StorageClass', null, name) : undefined;
  return used?.volumeBindingMode === 'WaitForFirstConsumer';
}

/** Whether nothing provisions volumes for a class, so that a claim needs a ready-made volume. */
export function isStatic(objects: ObjectIndex, claim: Claim): boolean {
  const name = className(claim);
  if (!name) return true;
  return objects.get('StorageClass', null, name)?.provisioner === 'kubernetes.io/no-provisioner';
}
