import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAlert, citeField } from '../../evidence/cite.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { firingAlerts } from '../_shared/firing-alerts.ts';
import { citeHit, effectOf } from '../_shared/log-hits.ts';
import { edit } from '../_shared/remedies.ts';
import { runwayOf } from '../_shared/runway.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { lastOf } from '../_shared/shift-words.ts';
import { fillingJob, saidOf } from './filling-job.ts';
import { type FullDisk, fullDisks } from './full-disks.ts';

const CODE = 'storage/volume-full';
const FULL = 0.97;
const HIGH = 0.85;

/** Volumes without room, by the kubelet's measurement or by what their writers log. */
export const analyzer: Analyzer = {
  name: 'volume-full',
  codes: { [CODE]: 'A volume has no space or no inodes left.' },
  reads: ['metrics', 'PersistentVolumeClaim', 'StorageClass', 'Pod', 'logs', 'alerts'],
  analyze(snapshot) {
    const logged = new Map(fullDisks(snapshot).map((disk) => [subjectKey(disk.claim), disk]));
    const found = new Map<string, Finding>();
    for (const signal of [...signalsOf(snapshot).all('volume-use'), ...signalsOf(snapshot).all('volume-inodes')]) {
      const key = subjectKey(signal.subject);
      const finding = found.has(key) ? null : fromMetric(snapshot, signal, logged.get(key));
      if (finding) found.set(key, finding);
    }
    for (const [key, disk] of logged) {
      // A writer's word against the kubelet's measure of a volume with room: the disk that is full is another one.
      if (!found.has(key) && !isMeasured(snapshot, disk.claim)) found.set(key, fromLog(snapshot, disk));
    }
    return [...found.values()];
  },
};

function isMeasured(snapshot: Snapshot, claim: Subject): boolean {
  return signalsOf(snapshot).of('volume-use', claim) !== undefined;
}

function fromMetric(snapshot: Snapshot, signal: Signal, logged: FullDisk | undefined): Finding | null {
  const level = recentLevel(signal);
  const alert = alertOf(snapshot, signal.subject);
  const left = alert && level < HIGH && !logged ? runwayOf(signal, 1) : null;
  if (level < FULL && !((alert || logged) && level >= HIGH) && left === null) return null;
  const subject = known(snapshot, signal.subject);
  const what = signal.name === 'volume-inodes' ? 'inodes' : 'space';
  const job = fillingJob(snapshot, subject, signal);
  return {
    ...base(snapshot, subject),
    strength: logged ? 0.95 : level >= FULL ? 0.88 : 0.72,
    ...(job ? { actor: job.root } : {}),
    statement: `the volume of ${formatSubject(subject)} ${level >= FULL ? 'is out of' : 'runs out of'} ${what}: ${lastOf(signal)} used${left === null ? '' : ', and at this pace it is full within hours'}${logged ? `; ${effectOf(logged.hit)}` : ''}${saidOf(job)}`,
    evidence: [
      citeSignal(signal, { full: 1 }),
      ...(logged ? citeHit(logged.hit) : []),
      ...(alert ? [citeAlert(alert)] : []),
      ...(job?.evidence ?? []),
    ],
    affects: logged ? [logged.writer] : [],
    since: logged?.hit.since ?? alert?.startsAt ?? null,
  };
}

function fromLog(snapshot: Snapshot, { claim, writer, hit, mount }: FullDisk): Finding {
  const subject = known(snapshot, claim);
  const job = fillingJob(snapshot, subject);
  return {
    ...base(snapshot, subject),
    strength: 0.78,
    ...(job ? { actor: job.root } : {}),
    statement: `the volume of ${formatSubject(subject)}, mounted at \`${mount.path}\` of ${formatSubject(writer)}, is full: ${effectOf(hit)}${saidOf(job)}`,
    evidence: [
      ...citeHit(hit),
      citeField(hit.pod, mount.field),
      citeField(hit.pod, mount.named),
      ...(job?.evidence ?? []),
    ],
    affects: [writer],
    since: hit.since,
  };
}

function alertOf(
  snapshot: Snapshot,
  { namespace, name }: Subject,
): ReturnType<typeof firingAlerts>[number] | undefined {
  return firingAlerts(
    snapshot,
    /PersistentVolume.*(Filling|Full)|volume.*(full|filling|runway|space)|pv.*runway/i,
  ).find(
    ({ labels }) =>
      labels['persistentvolumeclaim'] === name && (labels['namespace'] ?? labels['exported_namespace']) === namespace,
  );
}

function known(snapshot: Snapshot, subject: Subject): Subject {
  const object = snapshot.objects.find(subject);
  return object ? subjectOf(object) : subject;
}

function base(
  snapshot: Snapshot,
  subject: Subject,
): Pick<Finding, 'code' | 'subject' | 'category' | 'role' | 'layer' | 'remediation'> {
  const claim = snapshot.objects.get('PersistentVolumeClaim', subject.namespace, subject.name);
  const grows =
    snapshot.objects.get('StorageClass', null, claim?.spec?.storageClassName ?? '')?.allowVolumeExpansion === true;
  return {
    code: CODE,
    subject,
    category: 'volume-full',
    role: 'cause',
    layer: 'state',
    remediation: [
      edit('expand-volume', 'R2', `Expand ${formatSubject(subject)}`, [
        grows ? 'Its StorageClass allows expansion' : 'Its StorageClass must allow expansion',
      ]),
      {
        action: 'none',
        risk: 'R3',
        statement: 'Remove data that is no longer needed',
        preconditions: ['A person has looked at what would be removed'],
        undo: 'None',
      },
    ],
  };
}
