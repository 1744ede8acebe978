import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { allContainers, isReady, type PodObject } from './pods.ts';

/** The CSI driver of a claim's volume; undefined when the volume is unknown or of another type. */
export function driverOf(snapshot: Snapshot, namespace: string | undefined, claim: string): string | undefined {
  const volumeName = snapshot.objects.get('PersistentVolumeClaim', namespace, claim)?.spec?.volumeName;
  const volume = volumeName ? snapshot.objects.get('PersistentVolume', null, volumeName) : undefined;
  const driver = volume ? readField(volume, 'spec.csi.driver') : undefined;
  return typeof driver === 'string' ? driver : undefined;
}

/** What names the driver of a claim's volume. */
export function citeDriver(snapshot: Snapshot, namespace: string | undefined, claim: string): readonly Evidence[] {
  const name = snapshot.objects.get('PersistentVolumeClaim', namespace, claim)?.spec?.volumeName;
  const volume = name ? snapshot.objects.get('PersistentVolume', null, name) : undefined;
  return volume ? [citeField(volume, 'spec.csi.driver')] : [];
}

/** The Pod of a driver that should serve a Node, and does not: not ready there, or running on other Nodes only. */
export function idleDriverPod(snapshot: Snapshot, driver: string, node: string): PodObject | undefined {
  const pods = nodePods(snapshot)
    .filter(({ socket }) => socket.includes(`/${driver}/`))
    .map(({ pod }) => pod);
  const here = pods.filter(({ spec }) => spec?.nodeName === node);
  if (here.length === 0) return pods.find(isReady);
  return here.some(isReady) ? undefined : here[0];
}

/** The Pod of a driver that serves a Node; undefined when none runs there. */
export function driverPodOn(snapshot: Snapshot, driver: string, node: string): PodObject | undefined {
  return nodePods(snapshot).find(({ socket, pod }) => socket.includes(`/${driver}/`) && pod.spec?.nodeName === node)
    ?.pod;
}

// A node Pod tells the kubelet where its socket is, below a folder named after the driver.
const SOCKET = /--kubelet-registration-path[= ]?(\S*)/;

const nodePods = perSnapshot((snapshot): readonly { pod: PodObject; socket: string }[] =>
  snapshot.objects.list('Pod').flatMap((pod) => {
    if (!pod.metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet')) return [];
    const words = allContainers(pod.spec).map(({ args, command }) => [...(command ?? []), ...(args ?? [])].join(' '));
    const socket = words.map((text) => SOCKET.exec(text)?.[1]).find(Boolean);
    return socket ? [{ pod, socket }] : [];
  }),
);
