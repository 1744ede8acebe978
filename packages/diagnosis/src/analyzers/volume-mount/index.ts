import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { claimSubject } from '../_shared/claims.ts';
import { findDriverErrors } from './driver-errors.ts';
import { citeDriver, driverOf, idleDriverPod } from '../_shared/csi-drivers.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { isReady, type PodObject } from '../_shared/pods.ts';
import { rootOf } from '../_shared/workloads.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type SilentWait, silentVolumeWaits, type VolumeWait, volumeWaits } from '../_shared/volume-waits.ts';

/** Pods whose volume is there but cannot be mounted. */
export const analyzer: Analyzer = {
  name: 'volume-mount',
  codes: {
    'storage/driver-down':
      'The node Pod of a CSI driver is not ready, and Pods on its Node cannot mount their volumes.',
    'storage/driver-missing': 'The CSI driver of a volume is not registered on the Node.',
    'storage/mount-failed': 'A volume cannot be mounted on the Node of its Pod.',
    'storage/mount-timeout': 'Mounting a volume does not end and gives no reason.',
  },
  reads: ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'Event'],
  analyze: (snapshot) => {
    const failing = volumeWaits(snapshot).filter(
      ({ event, pod }) => event.reason !== 'FailedAttachVolume' && !isOnDownNode(snapshot, pod),
    );
    return [
      ...groupByRoot(snapshot, failing, ({ event }) => kindOf(event.message)).map((group) => report(snapshot, group)),
      ...driverFindings(snapshot, failing),
      ...findDriverErrors(snapshot),
    ];
  },
};

interface DriverWait {
  readonly pod: PodObject;
  readonly wait: VolumeWait | SilentWait;
  readonly driver: string;
}

/** The node Pods of CSI drivers that keep other Pods waiting, each workload once. */
function driverFindings(snapshot: Snapshot, failing: readonly VolumeWait[]): readonly Finding[] {
  const idle = [...failing, ...silentVolumeWaits(snapshot)].flatMap((wait): DriverWait[] => {
    const { pod: waiting, event, claim } = wait;
    const driver = event
      ? DRIVER.exec(event.message)?.[1]
      : driverOf(snapshot, waiting.metadata.namespace ?? undefined, claim);
    const pod = driver ? idleDriverPod(snapshot, driver, waiting.spec?.nodeName ?? '') : undefined;
    // Without the kubelet's word, a driver Pod that merely is not on the Node proves nothing.
    return driver && pod && (event || !isReady(pod)) ? [{ pod, wait, driver }] : [];
  });
  return groupByRoot(snapshot, idle, ({ driver }) => driver).map((group) => reportDriver(snapshot, group));
}

function reportDriver(snapshot: Snapshot, group: PodGroup<DriverWait>): Finding {
  const [{ pod, wait, driver }] = group.entries;
  const node = wait.pod.spec?.nodeName ?? '';
  const ready = isReady(pod);
  const claim = wait.claim ? [claimSubject(snapshot, wait.pod.metadata.namespace ?? '', wait.claim)] : [];
  return {
    code: 'storage/driver-down',
    subject: group.subject,
    category: 'volume-mount-failed',
    role: 'cause',
    layer: 'node',
    strength: wait.event ? 0.95 : 0.8,
    statement: `${formatSubject(group.subject)} does not serve CSI driver \`${driver}\` on Node \`${node}\`: ${ready ? 'none of its Pods runs there' : `${formatSubject(subjectOf(pod))} is not ready`}, so ${formatSubject(subjectOf(wait.pod))} cannot mount its volume`,
    evidence: [
      ...(wait.event
        ? [citeEvent(wait.event)]
        : citeDriver(snapshot, wait.pod.metadata.namespace ?? undefined, wait.claim ?? '')),
      citeField(pod, 'status.conditions[type=Ready].status'),
      citeField(pod, 'spec.nodeName'),
      citeField(wait.pod, 'spec.nodeName'),
      citeField(wait.pod, 'status.phase'),
    ],
    aliases: claim,
    affects: group.entries.flatMap(({ wait: held }) => [rootOf(snapshot, held.pod), subjectOf(held.pod)]).slice(0, 10),
    since: wait.event?.first ?? parseTime(wait.pod.metadata.creationTimestamp),
    remediation: [
      {
        action: 'restart',
        risk: 'R3',
        statement: `Start the node Pod of CSI driver \`${driver}\` on the Node`,
        preconditions: ['What stops it is mended'],
        undo: 'None',
      },
    ],
  };
}

type Kind = 'driver-missing' | 'mount-failed' | 'mount-timeout';

const DRIVER = /driver name ([\w.-]+) not found in the list of registered CSI drivers/i;

function kindOf(message: string): Kind {
  if (DRIVER.test(message)) return 'driver-missing';
  return /timed out waiting for the condition|context deadline exceeded/i.test(message) &&
    !/rpc error|mount failed|exit status/i.test(message)
    ? 'mount-timeout'
    : 'mount-failed';
}

// What the kubelet quotes from the driver or from mount(8), most exact first.
const QUOTES = [
  /desc = (.+)$/s,
  /output: (.+)$/is,
  /mount failed: (.+)$/s,
  /(hostpath type check failed: .+)$/is,
  /(?:SetUp|MountDevice|MapPodDevice) failed for volume "[^"]+"\s*:?\s*(.+)$/s,
];

function report(snapshot: Snapshot, group: PodGroup<VolumeWait>): Finding {
  const [{ pod, event, claim, volume }] = group.entries;
  const kind = kindOf(event.message);
  const driver = DRIVER.exec(event.message)?.[1];
  const aliases: Subject[] = claim ? [claimSubject(snapshot, pod.metadata.namespace ?? '', claim)] : [];
  const driverPod = driver ? idleDriverPod(snapshot, driver, pod.spec?.nodeName ?? '') : undefined;
  if (driver) aliases.push({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', name: driver });
  return {
    code: `storage/${kind}`,
    subject: group.subject,
    category: 'volume-mount-failed',
    // Whoever should register the driver is at fault, when it was found.
    role: driverPod ? 'symptom' : 'cause',
    ...(driverPod ? { blames: [rootOf(snapshot, driverPod)] } : {}),
    layer: 'state',
    strength: kind === 'mount-timeout' ? 0.6 : 0.9,
    statement: `${formatSubject(subjectOf(pod))} cannot start: ${volume ? `volume \`${volume}\`` : 'a volume'} cannot be mounted${reasonOf(kind, event.message, driver)}`,
    evidence: [
      citeEvent(event),
      ...(volume ? [citePodSpec(snapshot, pod, `spec.volumes[name=${volume}]`)] : []),
      citeField(pod, 'spec.nodeName'),
      citeField(pod, 'status.phase'),
    ],
    aliases,
    affects: podSubjects(group, 5),
    since: event.first,
    remediation: [
      driver
        ? {
            action: 'restart',
            risk: 'R3',
            statement: `Start the node Pod of CSI driver \`${driver}\` on the Node`,
            preconditions: ['The driver is meant to serve this Node'],
            undo: 'None',
          }
        : {
            action: 'none',
            risk: 'R3',
            statement: 'Repair the storage backend or the volume definition the error names',
            preconditions: ['Nobody else writes to the volume'],
            undo: 'Restore the definition',
          },
    ],
  };
}

function reasonOf(kind: Kind, message: string, driver: string | undefined): string {
  if (driver) return `: CSI driver \`${driver}\` is not registered on its Node`;
  if (kind === 'mount-timeout') return ' and the kubelet times out without saying why';
  const flat = message.replace(/\s+/g, ' ').trim();
  const quote = QUOTES.map((pattern) => pattern.exec(flat)?.[1]).find(Boolean);
  // The citation is cut at its own length, so only a short, early part of it may be quoted.
  const short = quote?.replaceAll('`', "'").slice(0, 120).trim();
  return short && flat.slice(0, 400).includes(short) ? `: \`${short}\`` : '';
}
