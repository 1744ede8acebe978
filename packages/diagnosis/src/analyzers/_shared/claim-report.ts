import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Claim, usersOf, waitingPod } from './claims.ts';
import { lastEvent } from './freshness.ts';
import { citeUnplaced, unplacedPods } from './scheduling.ts';

type Report = Pick<Finding, 'code' | 'category' | 'statement' | 'evidence' | 'remediation'> & Partial<Finding>;

/** Makes the finding of a claim that cannot be bound: with its users as aliases and their waiting as the effect. */
export function reportClaim(snapshot: Snapshot, claim: Claim, report: Report): Finding {
  const use = usersOf(snapshot, claim.metadata.namespace ?? '', claim.metadata.name);
  const { aliases = [], evidence, strength = 0.95, ...rest } = report;
  return {
    subject: subjectOf(claim),
    role: 'cause',
    layer: 'state',
    since: parseTime(claim.metadata.creationTimestamp),
    ...rest,
    // A claim nobody mounts hurts nobody yet.
    strength: use.pods.length + use.workloads.length > 0 ? strength : Math.min(strength, 0.6),
    aliases: [...aliases, ...use.workloads],
    affects: use.pods.slice(0, 5).map(subjectOf),
    evidence: [
      ...evidence,
      citeField(claim, 'status.phase'),
      ...claimEvents(snapshot, claim),
      ...podEffect(snapshot, claim),
    ],
  };
}

/** `PersistentVolumeClaim shop/data stays Pending`, the common start of these statements. */
export function pending(claim: Claim): string {
  return `${formatSubject(subjectOf(claim))} stays Pending`;
}

function claimEvents(snapshot: Snapshot, claim: Claim): readonly Evidence[] {
  const event = lastEvent(snapshot, claim, ({ reason }) =>
    ['ProvisioningFailed', 'FailedBinding', 'VolumeMismatch'].includes(reason),
  );
  return event ? [citeEvent(event)] : [];
}

function podEffect(snapshot: Snapshot, claim: Claim): readonly Evidence[] {
  const pod = waitingPod(usersOf(snapshot, claim.metadata.namespace ?? '', claim.metadata.name));
  if (!pod) return [];
  const unplaced = unplacedPods(snapshot).find((one) => one.pod === pod);
  return unplaced ? citeUnplaced(unplaced) : [citeField(pod, 'status.phase')];
}
