import { formatSubject } from '@headwater/core/subject.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { Volume, VolumeMismatch } from '../../topology/storage.ts';
import { pending, reportClaim } from '../_shared/claim-report.ts';
import { type ClaimVerdict, unboundClaims } from '../_shared/claim-verdict.ts';
import type { Claim } from '../_shared/claims.ts';
import { edit } from '../_shared/remedies.ts';

/** Claims that a ready-made volume does not suit. */
export const analyzer: Analyzer = {
  name: 'pv-pvc-mismatch',
  codes: {
    'storage/pv-pvc-mismatch':
      'A PersistentVolumeClaim stays unbound because the volume meant for it differs in capacity, access mode, class, selector or mode.',
  },
  reads: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Pod', 'Event'],
  analyze: (snapshot) =>
    unboundClaims(snapshot).flatMap(({ claim, verdict }) =>
      verdict.kind === 'mismatch' ? [report(snapshot, claim, verdict)] : [],
    ),
};

function report(
  snapshot: Snapshot,
  claim: Claim,
  { volume, mismatches }: Extract<ClaimVerdict, { kind: 'mismatch' }>,
): Finding {
  const single = mismatches.length === 1;
  return reportClaim(snapshot, claim, {
    code: 'storage/pv-pvc-mismatch',
    category: 'pv-pvc-mismatch',
    strength: single ? 0.95 : 0.75,
    statement: `${pending(claim)}: ${formatSubject(subjectOf(volume))} is free but does not suit it: ${mismatches.map(explain).join('; ')}`,
    evidence: mismatches.flatMap((mismatch) => cite(claim, volume, mismatch)),
    aliases: [subjectOf(volume)],
    remediation: [
      edit(
        'none',
        'R3',
        'Recreate the claim with values the volume has, or provide a volume that has what the claim asks for',
        ['The claim holds no data yet'],
      ),
    ],
  });
}

function explain({ kind, wanted, found }: VolumeMismatch): string {
  switch (kind) {
    case 'capacity':
      return `it asks for capacity \`${wanted}\` and the volume has \`${found}\``;
    case 'access-mode':
      return `it asks for access mode ${list(wanted)} and the volume offers ${list(found)}`;
    case 'class':
      return `it asks for StorageClass ${shown(wanted)} and the volume has ${shown(found)}`;
    case 'selector':
      return `its selector does not match the labels of the volume`;
    default:
      return `it asks for volumeMode \`${wanted}\` and the volume has \`${found}\``;
  }
}

function shown(name: string): string {
  return name === '' ? 'none' : `\`${name}\``;
}

function list(modes: string): string {
  return modes
    .split(', ')
    .map((mode) => `\`${mode}\``)
    .join(', ');
}

const FIELDS: Readonly<Record<VolumeMismatch['kind'], readonly [claim: string, volume: string]>> = {
  capacity: ['spec.resources.requests.storage', 'spec.capacity.storage'],
  'access-mode': ['spec.accessModes', 'spec.accessModes'],
  class: ['spec.storageClassName', 'spec.storageClassName'],
  selector: ['spec.selector', 'metadata.labels'],
  'volume-mode': ['spec.volumeMode', 'spec.volumeMode'],
  taken: ['metadata.name', 'spec.claimRef.name'],
  'not-available': ['metadata.name', 'status.phase'],
};

function cite(claim: Claim, volume: Volume, { kind }: VolumeMismatch): readonly Evidence[] {
  const [ofClaim, ofVolume] = FIELDS[kind];
  return [citeField(claim, ofClaim), citeField(volume, ofVolume)];
}
