import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { pending, reportClaim } from '../_shared/claim-report.ts';
import { type ClaimVerdict, unboundClaims } from '../_shared/claim-verdict.ts';
import type { Claim } from '../_shared/claims.ts';

/** Claims whose only suitable volume belongs to another claim, or still to an earlier one. */
export const analyzer: Analyzer = {
  name: 'pv-already-bound',
  codes: { 'storage/pv-already-bound': 'The PersistentVolume that would suit a claim is bound to another claim.' },
  reads: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Pod', 'Event'],
  analyze: (snapshot) =>
    unboundClaims(snapshot).flatMap(({ claim, verdict }) =>
      verdict.kind === 'taken' ? [report(snapshot, claim, verdict)] : [],
    ),
};

function report(
  snapshot: Snapshot,
  claim: Claim,
  { volume, holder }: Extract<ClaimVerdict, { kind: 'taken' }>,
): Finding {
  const reference = volume.spec?.claimRef;
  const former =
    reference?.name === claim.metadata.name &&
    (reference.namespace ?? claim.metadata.namespace) === claim.metadata.namespace;
  const owner = reference?.name
    ? former
      ? 'an earlier claim of the same name'
      : `PersistentVolumeClaim \`${reference.name}\` in namespace \`${reference.namespace ?? ''}\``
    : 'nobody any more';
  const state = volume.status?.phase ? `, phase \`${volume.status.phase}\`` : '';
  return reportClaim(snapshot, claim, {
    code: 'storage/pv-already-bound',
    subject: subjectOf(volume),
    category: 'pv-already-bound',
    strength: holder.kind === 'taken' ? 0.95 : 0.8,
    statement: `${pending(claim)}: the only volume that would suit it, ${formatSubject(subjectOf(volume))}, belongs to ${owner}${state}`,
    evidence: [...(reference?.name ? [citeField(volume, 'spec.claimRef')] : []), citeField(volume, 'status.phase')],
    aliases: [subjectOf(claim)],
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Provide another volume for the claim',
        preconditions: [],
        undo: 'Delete the new volume',
      },
      {
        action: 'none',
        risk: 'R3',
        statement: `Release ${formatSubject(subjectOf(volume))} by removing its claimRef`,
        preconditions: ['The other claim is no longer used and its data is saved'],
        undo: 'Restore the claimRef',
      },
    ],
  });
}
