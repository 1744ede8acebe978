import { MINUTE, parseTime } from '@headwater/core/time.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { claimNames } from './claims.ts';
import { isWithin, RECENT } from './freshness.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import type { PodObject } from './pods.ts';
import { unsettledPods } from './unsettled-pods.ts';

/** A Pod that has a Node and cannot start because of a volume, with the event that says most. */
export interface VolumeWait {
  readonly pod: PodObject;
  readonly event: EventRecord;
  /** The volume of the pod spec the event is about; undefined when it does not say. */
  readonly volume: string | undefined;
  readonly claim: string | undefined;
}

const REASONS = new Set(['FailedAttachVolume', 'FailedMount', 'FailedMapVolume']);
// The kubelet's summary of what a more exact event says.
const SUMMARY = /^unable to attach or mount volumes/i;
// A ConfigMap, Secret or token that cannot be projected is a fault of configuration, not of storage.
const CONFIGURATION =
  /(configmap|secret)s? "[^"]+" not found|non-?existent (config|secret) key|references non-existent|object "[^"]+"\/"[^"]+" not registered|failed to fetch token|failed to sync (configmap|secret)/i;

/** Pods held up by volumes at this moment; those that started since are left out. */
export const volumeWaits = perSnapshot((snapshot): readonly VolumeWait[] =>
  unsettledPods(snapshot).flatMap((pod) => {
    if (!isHeld(pod)) return [];
    const events = snapshot.events
      .of(subjectOf(pod))
      .filter((event) => REASONS.has(event.reason) && !event.stale && isWithin(snapshot, event.last, RECENT));
    if (events.some(({ message }) => CONFIGURATION.test(message))) return [];
    const event =
      events.findLast(({ reason }) => reason === 'FailedAttachVolume') ??
      events.findLast(({ message }) => !SUMMARY.test(message)) ??
      events.at(-1);
    return event ? [{ pod, event, ...volumeOf(pod, event.message) }] : [];
  }),
);

/** A Pod that has long had a Node and does not start, mounts a claim, and of which no volume Event is known. */
export interface SilentWait extends Omit<VolumeWait, 'event' | 'claim'> {
  readonly event: null;
  readonly claim: string;
}

// A volume is attached and mounted within a minute or two.
const SLOW = 5 * MINUTE;

/** Pods that may be held up by volumes, as far as objects alone can tell: something else must show that they are. */
export const silentVolumeWaits = perSnapshot((snapshot): readonly SilentWait[] => {
  const told = new Set(volumeWaits(snapshot).map(({ pod }) => pod));
  return unsettledPods(snapshot).flatMap((pod) => {
    const made = parseTime(pod.metadata.creationTimestamp);
    if (told.has(pod) || !isHeld(pod) || !pod.spec?.nodeName || made === null || snapshot.now - made < SLOW) return [];
    const claims = claimNames(pod.spec, pod.metadata.name);
    return claims.map((claim) => ({ pod, event: null, claim, volume: volumeNamed(pod, claim) }));
  });
});

function volumeNamed(pod: PodObject, claim: string): string | undefined {
  return (pod.spec?.volumes ?? []).find((volume) => claimNames({ volumes: [volume] }, pod.metadata.name)[0] === claim)
    ?.name;
}

function isHeld(pod: PodObject): boolean {
  if (pod.status?.phase !== 'Pending' || pod.metadata.deletionTimestamp) return false;
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  return statuses.every(({ state, restartCount }) => !state?.running && !state?.terminated && !restartCount);
}

/** The volume a message names: by its name in the pod spec, or by the only claim the Pod mounts. */
function volumeOf(pod: PodObject, message: string): Pick<VolumeWait, 'volume' | 'claim'> {
  const volumes = pod.spec?.volumes ?? [];
  const said = /unmounted volumes=\[([\w.-]+)/i.exec(message)?.[1] ?? /for volume "([^"]+)"/i.exec(message)?.[1];
  const named = volumes.find(({ name }) => name === said);
  const withClaim = volumes.filter((volume) => claimNames({ volumes: [volume] }, pod.metadata.name).length > 0);
  const volume = named ?? (withClaim.length === 1 ? withClaim[0] : undefined);
  return { volume: volume?.name, claim: volume ? claimNames({ volumes: [volume] }, pod.metadata.name)[0] : undefined };
}
