import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { compareText } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import {
  className,
  defaultClasses,
  isStatic,
  type Volume,
  type VolumeMismatch,
  volumeMismatches,
  waitsForConsumer,
} from '../../topology/storage.ts';
import { type Claim, usersOf, waitingPod } from './claims.ts';
import { ageOf, isWithin, lastEvent, RECENT } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { unplacedPods } from './scheduling.ts';

/** Why a claim that should be bound is not. */
export type ClaimVerdict =
  /** The StorageClass it names does not exist, and no volume of that class does either. */
  | { readonly kind: 'class-missing'; readonly className: string }
  /** It names no StorageClass, none is the default, and no volume is free. */
  | { readonly kind: 'no-class'; readonly event: EventRecord | null }
  /** The nearest free volume does not suit. */
  | { readonly kind: 'mismatch'; readonly volume: Volume; readonly mismatches: readonly VolumeMismatch[] }
  /** The volume that would suit belongs to another claim. */
  | { readonly kind: 'taken'; readonly volume: Volume; readonly holder: VolumeMismatch }
  /** The provisioner reports a failure, or stays silent. */
  | { readonly kind: 'provisioning'; readonly event: EventRecord; readonly silent: boolean };

export interface JudgedClaim {
  readonly claim: Claim;
  readonly verdict: ClaimVerdict;
}

/** Every unbound claim with the reason it stays so, in canonical order; claims that merely wait for a consumer are left out. */
export const unboundClaims = perSnapshot((snapshot): readonly JudgedClaim[] =>
  snapshot.objects.list('PersistentVolumeClaim').flatMap((claim) => {
    if (!isPending(claim)) return [];
    const verdict = judge(snapshot, claim);
    return verdict ? [{ claim, verdict }] : [];
  }),
);

function isPending(claim: Claim): boolean {
  return (claim.status?.phase ?? 'Pending') === 'Pending' && !claim.metadata.deletionTimestamp;
}

function judge(snapshot: Snapshot, claim: Claim): ClaimVerdict | null {
  const { objects } = snapshot;
  const name = className(claim);
  const volumes = objects.list('PersistentVolume');
  const named = claim.spec?.volumeName ? objects.get('PersistentVolume', null, claim.spec.volumeName) : undefined;
  if (named) return byVolumes(claim, [named]);
  // A claim for a volume that is gone is lost, not mismatched.
  if (claim.spec?.volumeName) return null;
  // Volumes made by hand may carry a class that no StorageClass defines; then the claim must suit one of them.
  const isByHand = volumes.some((volume) => className(volume) === name);
  if (name && objects.existence('StorageClass', null, name) === 'absent' && !isByHand) {
    return { kind: 'class-missing', className: name };
  }
  const failed = failedProvisioning(snapshot, claim);
  const told = failed && /storageclass\S* "([^"]+)" not found/i.exec(failed.message)?.[1];
  if (told && !isByHand) return { kind: 'class-missing', className: told };
  if (isStaticallyBound(snapshot, claim)) {
    // A local volume waits for its Pod to be scheduled; only a Pod that cannot be is a sign of a mismatch.
    if (waitsForConsumer(objects, claim) && !isStuckUnscheduled(snapshot, claim)) return null;
    const verdict = byVolumes(claim, volumes);
    if (verdict) return verdict;
    const event = unclassed(snapshot, claim) ?? null;
    const isKnown = objects.knows('StorageClass') && volumes.length === 0;
    return name === undefined && (isKnown || event) ? { kind: 'no-class', event } : null;
  }
  if (failed) return { kind: 'provisioning', event: failed, silent: false };
  return silentProvisioner(snapshot, claim);
}

function isStaticallyBound(snapshot: Snapshot, claim: Claim): boolean {
  if (className(claim) === undefined && defaultClasses(snapshot.objects).length > 0) return false;
  const name = className(claim);
  const unknownClass = name !== undefined && name !== '' && !snapshot.objects.get('StorageClass', null, name);
  return (
    isStatic(snapshot.objects, claim) ||
    (unknownClass && snapshot.objects.list('PersistentVolume').some((volume) => className(volume) === name))
  );
}

// The volume a person meant: of the claim's class and free first, then one that only its holder keeps away.
function byVolumes(claim: Claim, volumes: readonly Volume[]): ClaimVerdict | null {
  const judged = volumes
    .map((volume) => ({ volume, mismatches: volumeMismatches(volume, claim) }))
    .sort(
      (left, right) =>
        distance(left.mismatches) - distance(right.mismatches) ||
        compareText(left.volume.metadata.name, right.volume.metadata.name),
    );
  // A volume that suits is bound within seconds; nothing is wrong yet.
  if (judged[0]?.mismatches.length === 0) return null;
  const free = judged.filter(({ mismatches }) => !mismatches.some(isHeld));
  const sameClass = free.find(({ mismatches }) => !mismatches.some(({ kind }) => kind === 'class'));
  if (sameClass) return { kind: 'mismatch', ...sameClass };
  for (const { volume, mismatches } of judged) {
    const [holder] = mismatches;
    if (holder && mismatches.length === 1 && isHeld(holder)) return { kind: 'taken', volume, holder };
  }
  const other = free.find(({ mismatches }) => mismatches.length === 1);
  return other ? { kind: 'mismatch', ...other } : null;
}

function isHeld({ kind }: VolumeMismatch): boolean {
  return kind === 'taken' || kind === 'not-available';
}

function distance(mismatches: readonly VolumeMismatch[]): number {
  return mismatches.length + (mismatches.some(({ kind }) => kind === 'class') ? 2 : 0);
}

function failedProvisioning(snapshot: Snapshot, claim: Claim): EventRecord | undefined {
  return lastEvent(
    snapshot,
    claim,
    ({ reason, last }) => reason === 'ProvisioningFailed' && isWithin(snapshot, last, RECENT),
  );
}

// A provisioner that works answers within seconds.
const SILENCE = 2 * MINUTE;

function silentProvisioner(snapshot: Snapshot, claim: Claim): ClaimVerdict | null {
  const event =
    lastEvent(snapshot, claim, ({ reason }) => reason === 'ExternalProvisioning') ?? bindingTimeout(snapshot, claim);
  const age =
    ageOf(snapshot, claim.metadata.creationTimestamp) ?? (event?.first == null ? null : snapshot.now - event.first);
  if (!event || age === null || age < SILENCE || !isWithin(snapshot, event.last, RECENT)) return null;
  if (lastEvent(snapshot, claim, ({ reason }) => reason === 'Provisioning')) return null;
  return { kind: 'provisioning', event, silent: true };
}

// The controller saw every class and volume, also where the snapshot holds neither.
function unclassed(snapshot: Snapshot, claim: Claim): EventRecord | undefined {
  return lastEvent(
    snapshot,
    claim,
    ({ reason, message, last }) =>
      reason === 'FailedBinding' && /no storage ?class is set/i.test(message) && isWithin(snapshot, last, RECENT),
  );
}

function isStuckUnscheduled(snapshot: Snapshot, claim: Claim): boolean {
  const pod = waitingPod(usersOf(snapshot, claim.metadata.namespace ?? '', claim.metadata.name));
  return unplacedPods(snapshot).some(
    (one) => one.pod === pod && one.message?.reasons.some(({ kind }) => kind === 'claim'),
  );
}

// The scheduler chose a Node and then waited ten minutes for the volume.
function bindingTimeout(snapshot: Snapshot, claim: Claim): EventRecord | undefined {
  const pod = waitingPod(usersOf(snapshot, claim.metadata.namespace ?? '', claim.metadata.name));
  return (
    pod &&
    lastEvent(
      snapshot,
      pod,
      ({ reason, message }) => reason === 'FailedScheduling' && /binding volumes: .*timed out/.test(message),
    )
  );
}

/** The StorageClass a claim uses, by name or as the default. */
export function classOf(snapshot: Snapshot, claim: Claim): ObjectOf<'StorageClass'> | undefined {
  const name = className(claim);
  return name ? snapshot.objects.get('StorageClass', null, name) : undefined;
}
