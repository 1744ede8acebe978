import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { claimSubject, usersOf } from '../_shared/claims.ts';
import { isNodeDown } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { PodObject } from '../_shared/pods.ts';
import { type SilentWait, silentVolumeWaits, type VolumeWait, volumeWaits } from '../_shared/volume-waits.ts';

/** Pods whose volume cannot be attached to their Node. */
export const analyzer: Analyzer = {
  name: 'volume-attach',
  codes: {
    'storage/attach-failed': 'A volume cannot be attached to the Node of its Pod.',
    'storage/attached-to-lost-node': 'A volume is still attached to a Node that is down.',
  },
  reads: ['Pod', 'PersistentVolumeClaim', 'PersistentVolume', 'VolumeAttachment', 'Node', 'Event'],
  analyze: (snapshot) => {
    const failing = volumeWaits(snapshot).filter(({ event }) => event.reason === 'FailedAttachVolume');
    const silent = silentVolumeWaits(snapshot).filter(({ pod, claim }) => attachmentElsewhere(snapshot, pod, claim));
    return groupByRoot<VolumeWait | SilentWait>(snapshot, [...failing, ...silent]).map((group) =>
      report(snapshot, group),
    );
  },
};

function report(snapshot: Snapshot, group: PodGroup<VolumeWait | SilentWait>): Finding {
  const [{ pod, event, claim }] = group.entries;
  const namespace = pod.metadata.namespace ?? '';
  const attachment = attachmentElsewhere(snapshot, pod, claim);
  const holder = claim ? holderOf(snapshot, pod, claim) : undefined;
  const elsewhere = attachment?.spec?.nodeName ?? holder?.spec?.nodeName ?? undefined;
  const node = elsewhere ? snapshot.objects.get('Node', null, elsewhere) : undefined;
  const lost = node !== undefined && isNodeDown(node);
  const what = claim ? `the volume of PersistentVolumeClaim \`${claim}\`` : 'its volume';
  return {
    code: lost ? 'storage/attached-to-lost-node' : 'storage/attach-failed',
    subject: group.subject,
    category: 'volume-attach-failed',
    // The Node that is down holds the volume; nothing is wrong with the volume itself.
    role: lost ? 'symptom' : 'cause',
    layer: 'state',
    strength: event ? (elsewhere ? 0.95 : 0.85) : 0.8,
    statement: `${formatSubject(subjectOf(pod))} cannot start: ${what} cannot be attached to its Node${where(elsewhere, { holder, lost })}`,
    evidence: [
      ...(event ? [citeEvent(event)] : []),
      citeField(pod, 'status.phase'),
      ...(attachment ? [citeField(attachment, 'spec.nodeName'), citeField(attachment, 'status')] : []),
      ...(event || !claim ? [] : [citePodSpec(snapshot, pod, 'spec.volumes')]),
      ...(holder ? [citeField(holder, 'spec.nodeName')] : []),
      ...(lost ? [citeField(node, 'status.conditions[type=Ready].status')] : []),
    ],
    aliases: claim ? [claimSubject(snapshot, namespace, claim)] : [],
    affects: podSubjects(group, 5),
    ...(lost ? { blames: [subjectOf(node)] } : {}),
    since: event?.first ?? parseTime(pod.metadata.creationTimestamp),
    remediation: [
      lost
        ? {
            action: 'none',
            risk: 'R3',
            statement: 'Confirm that the Node is off and delete its VolumeAttachment',
            preconditions: ['The Node writes to the volume no more'],
            undo: 'None',
          }
        : {
            action: 'none',
            risk: 'R3',
            statement: holder
              ? `Stop ${formatSubject(subjectOf(holder))}, which still uses the volume`
              : 'Repair what the attach error names',
            preconditions: ['No two writers remain'],
            undo: 'Start it again',
          },
    ],
  };
}

function where(node: string | undefined, { holder, lost }: { holder: PodObject | undefined; lost: boolean }): string {
  if (!node) return '';
  const by = holder ? `, where ${formatSubject(subjectOf(holder))} uses it` : '';
  return `; it is attached to \`${node}\`${lost ? ', which is down' : by}`;
}

/** The attachment of the claim's volume to another Node than the Pod's, or one that reports an error. */
function attachmentElsewhere(
  snapshot: Snapshot,
  pod: PodObject,
  claim: string | undefined,
): ObjectOf<'VolumeAttachment'> | undefined {
  const volume = claim
    ? snapshot.objects.get('PersistentVolumeClaim', pod.metadata.namespace, claim)?.spec?.volumeName
    : undefined;
  if (!volume) return undefined;
  return snapshot.objects
    .list('VolumeAttachment')
    .find(
      ({ spec, status }) =>
        spec?.source?.persistentVolumeName === volume &&
        (spec.nodeName !== pod.spec?.nodeName ? status?.attached !== false : Boolean(status?.attachError)),
    );
}

/** Another Pod on another Node that mounts the same claim. */
function holderOf(snapshot: Snapshot, pod: PodObject, claim: string): PodObject | undefined {
  const { pods } = usersOf(snapshot, pod.metadata.namespace ?? '', claim);
  return [...pods, ...terminating(snapshot, pod, claim)].find(
    (other) => other !== pod && other.spec?.nodeName && other.spec.nodeName !== pod.spec?.nodeName,
  );
}

// A Pod that is being deleted keeps its volume until it is gone.
function terminating(snapshot: Snapshot, pod: PodObject, claim: string): readonly PodObject[] {
  return snapshot.objects
    .list('Pod', pod.metadata.namespace ?? '')
    .filter(
      ({ metadata, spec }) =>
        metadata.deletionTimestamp &&
        (spec?.volumes ?? []).some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim),
    );
}
