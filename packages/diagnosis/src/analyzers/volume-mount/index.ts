import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { claimSubject } from '../_shared/claims.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type VolumeWait, volumeWaits } from '../_shared/volume-waits.ts';

/** Pods whose volume is there but cannot be mounted. */
export const analyzer: Analyzer = {
  name: 'volume-mount',
  codes: {
    'storage/driver-missing': 'The CSI driver of a volume is not registered on the Node.',
    'storage/mount-failed': 'A volume cannot be mounted on the Node of its Pod.',
    'storage/mount-timeout': 'Mounting a volume does not end and gives no reason.',
  },
  reads: ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'Event'],
  analyze: (snapshot) => {
    const failing = volumeWaits(snapshot).filter(
      ({ event, pod }) => event.reason !== 'FailedAttachVolume' && !isOnDownNode(snapshot, pod),
    );
    return groupByRoot(snapshot, failing, ({ event }) => kindOf(event.message)).map((group) => report(snapshot, group));
  },
};

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
  if (driver) aliases.push({ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', name: driver });
  return {
    code: `storage/${kind}`,
    subject: group.subject,
    category: 'volume-mount-failed',
    role: 'cause',
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
