import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { reportClaim } from '../_shared/claim-report.ts';
import { type Claim, usersOf, waitingPod } from '../_shared/claims.ts';
import { lastEvent } from '../_shared/freshness.ts';
import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';

/** Claims whose volume is gone, and volumes that failed. */
export const analyzer: Analyzer = {
  name: 'volume-lost',
  codes: {
    'storage/claim-lost': 'The PersistentVolume a claim was bound to does not exist any more.',
    'storage/volume-failed': 'A PersistentVolume is in phase Failed.',
  },
  reads: ['PersistentVolumeClaim', 'PersistentVolume', 'Pod', 'Event'],
  analyze: (snapshot) => [
    ...snapshot.objects
      .list('PersistentVolumeClaim')
      .filter((claim) => isLost(snapshot, claim))
      .map((claim) => reportLost(snapshot, claim)),
    ...snapshot.objects
      .list('PersistentVolume')
      .filter(({ status }) => status?.phase === 'Failed')
      .map((volume) => reportFailed(snapshot, volume)),
  ],
};

function isLost(snapshot: Snapshot, claim: Claim): boolean {
  if (claim.metadata.deletionTimestamp) return false;
  if (claim.status?.phase === 'Lost') return true;
  const name = claim.spec?.volumeName;
  if (!name) return false;
  return (
    snapshot.objects.existence('PersistentVolume', null, name) === 'absent' || missed(snapshot, claim) !== undefined
  );
}

function missed(snapshot: Snapshot, claim: Claim): EventRecord | undefined {
  const name = claim.spec?.volumeName ?? '';
  if (snapshot.objects.get('PersistentVolume', null, name)) return undefined;
  const pod = waitingPod(usersOf(snapshot, claim.metadata.namespace ?? '', claim.metadata.name));
  return (
    pod &&
    lastEvent(snapshot, pod, ({ message }) => message.includes(`bound to non-existent persistentvolume "${name}"`))
  );
}

function reportLost(snapshot: Snapshot, claim: Claim): Finding {
  const name = claim.spec?.volumeName ?? '';
  const gone = name !== '' && snapshot.objects.existence('PersistentVolume', null, name) === 'absent';
  const unseen = missed(snapshot, claim);
  const told = lastEvent(snapshot, claim, ({ reason }) => reason === 'ClaimLost') ?? unseen;
  const volume: Subject = { apiVersion: 'v1', kind: 'PersistentVolume', name };
  const which = name ? `PersistentVolume \`${name}\`` : 'its PersistentVolume';
  return reportClaim(snapshot, claim, {
    code: 'storage/claim-lost',
    category: 'volume-lost',
    strength: claim.status?.phase === 'Lost' ? 0.95 : 0.9,
    statement: `${formatSubject(subjectOf(claim))} has lost its volume: ${which} ${gone || unseen ? 'does not exist' : 'is no longer bound to it'}`,
    evidence: [
      citeField(claim, 'spec.volumeName'),
      ...(gone ? [citeAbsent(snapshot, volume)] : []),
      ...(told ? [citeEvent(told)] : []),
    ],
    aliases: name ? [volume] : [],
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Recreate the PersistentVolume for the same storage, or restore a backup into a new claim',
        preconditions: ['The storage behind the volume still exists, or a backup does'],
        undo: 'None',
      },
    ],
  });
}

function reportFailed(snapshot: Snapshot, volume: ObjectOf<'PersistentVolume'>): Finding {
  const reference = volume.spec?.claimRef;
  const claim = reference?.name
    ? snapshot.objects.get('PersistentVolumeClaim', reference.namespace, reference.name)
    : undefined;
  const event = lastEvent(
    snapshot,
    volume,
    ({ reason }) => reason === 'VolumeFailedDelete' || reason === 'VolumeFailedRecycle',
  );
  return {
    code: 'storage/volume-failed',
    subject: subjectOf(volume),
    category: 'volume-lost',
    role: 'cause',
    layer: 'state',
    // Reclaiming failed after the claim was deleted; it hurts only whoever still claims the volume.
    strength: claim ? 0.8 : 0.55,
    statement: `${formatSubject(subjectOf(volume))} is in phase \`Failed\`: it could not be reclaimed`,
    evidence: [
      citeField(volume, 'status.phase'),
      citeField(volume, 'status.message'),
      ...(event ? [citeEvent(event)] : []),
    ],
    aliases: claim ? [subjectOf(claim)] : [],
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Repair what keeps the storage from being reclaimed',
        preconditions: ['The data is not needed or is saved'],
        undo: 'None',
      },
    ],
  };
}
