import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField, citeTemplate } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { LogStream, LogTemplate } from '../../snapshot/input.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { claimSubject } from '../_shared/claims.ts';
import { citeDriver, driverOf, driverPodOn } from '../_shared/csi-drivers.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { PodObject } from '../_shared/pods.ts';
import { type SilentWait, silentVolumeWaits } from '../_shared/volume-waits.ts';

interface DriverError extends SilentWait {
  readonly driver: string;
  readonly driverPod: PodObject;
  readonly stream: LogStream;
  readonly template: LogTemplate;
}

// What node plug-ins log when the kubelet's call to stage or publish a volume fails.
const FAILED_CALL = /GRPC error|(?:NodeStage|NodePublish)Volume.*(?:fail|error)|mount failed|MountDevice.*fail/i;
const WORDS = /rpc error: .+?desc = (.+?)"?$|mount failed: (.+)$/i;

/** Where no Event can be read: Pods that do not start while the driver of their volume logs on their Node that it fails. */
export function findDriverErrors(snapshot: Snapshot): readonly Finding[] {
  const found = silentVolumeWaits(snapshot).flatMap((wait): DriverError[] => {
    const driver = driverOf(snapshot, wait.pod.metadata.namespace ?? undefined, wait.claim);
    const driverPod = driver ? driverPodOn(snapshot, driver, wait.pod.spec?.nodeName ?? '') : undefined;
    const said = driverPod ? failedCall(snapshot, driverPod) : undefined;
    return driver && driverPod && said ? [{ ...wait, driver, driverPod, ...said }] : [];
  });
  return groupByRoot(snapshot, found).map((group) => report(snapshot, group));
}

function failedCall(
  snapshot: Snapshot,
  { metadata }: PodObject,
): { stream: LogStream; template: LogTemplate } | undefined {
  for (const stream of snapshot.logs.all) {
    if (stream.pod !== metadata.name || stream.namespace !== metadata.namespace) continue;
    const template = stream.templates.findLast(
      ({ sample, last }) =>
        FAILED_CALL.test(sample.text) && last.time !== null && isWithin(snapshot, last.time, RECENT),
    );
    if (template) return { stream, template };
  }
  return undefined;
}

function report(snapshot: Snapshot, group: PodGroup<DriverError>): Finding {
  const [{ pod, claim, volume, driver, driverPod, stream, template }] = group.entries;
  const cited = citeTemplate(stream, template);
  const match = WORDS.exec(template.sample.text);
  const said = quote([cited], match?.[1] ?? match?.[2] ?? '');
  return {
    code: 'storage/mount-failed',
    subject: group.subject,
    category: 'volume-mount-failed',
    role: 'cause',
    layer: 'state',
    strength: 0.75,
    statement: `${formatSubject(subjectOf(pod))} does not start, and ${formatSubject(subjectOf(driverPod))}, which mounts volumes of CSI driver \`${driver}\` on its Node, fails${said ? `: ${said}` : ''}`,
    evidence: [
      cited,
      citeField(pod, 'status.phase'),
      citeField(pod, 'spec.nodeName'),
      citeField(driverPod, 'spec.nodeName'),
      ...citeDriver(snapshot, pod.metadata.namespace ?? undefined, claim),
      ...(volume ? [citePodSpec(snapshot, pod, `spec.volumes[name=${volume}]`)] : []),
    ],
    aliases: [claimSubject(snapshot, pod.metadata.namespace ?? '', claim)],
    affects: podSubjects(group, 5),
    since: parseTime(pod.metadata.creationTimestamp),
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Repair the storage backend the driver names',
        preconditions: ['Nobody else writes to the volume'],
        undo: 'Restore the definition',
      },
    ],
  };
}
