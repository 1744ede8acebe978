import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Millis, MINUTE, parseTime, SECOND } from '@headwater/core/time.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

export type LeaseObject = ObjectOf<'Lease'>;

// Collecting a snapshot takes a while, so a Lease is old only against the freshest one read, never against the clock alone.
const newest = perSnapshot((snapshot): Millis | null => {
  const times = snapshot.objects.list('Lease').flatMap((lease) => parseTime(lease.spec?.renewTime) ?? []);
  return times.length < 2 ? null : Math.max(...times);
});

/** A Lease that is no longer renewed while others are; undefined when it is, or when nothing can be compared. */
export function staleLease(snapshot: Snapshot, namespace: string, name: string): LeaseObject | undefined {
  const lease = snapshot.objects.get('Lease', namespace, name);
  const renewed = parseTime(lease?.spec?.renewTime);
  if (!lease || renewed === null) return undefined;
  const reference = newest(snapshot);
  const patience = Math.max(4 * (lease.spec?.leaseDurationSeconds ?? 15) * SECOND, MINUTE);
  if (reference === null) return snapshot.now - renewed > 5 * patience ? lease : undefined;
  return reference - renewed > patience ? lease : undefined;
}

/** Whether a Lease is being renewed now: its holder is alive, whatever else is said of it. */
export function isRenewed(snapshot: Snapshot, namespace: string, name: string): boolean {
  const spec = snapshot.objects.get('Lease', namespace, name)?.spec;
  const renewed = parseTime(spec?.renewTime);
  return renewed !== null && snapshot.now - renewed <= 2 * (spec?.leaseDurationSeconds ?? 15) * SECOND;
}
