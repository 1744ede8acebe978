import { nearMiss } from '@headwater/core/near-miss.ts';
import { citeAbsent, citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { className } from '../../topology/storage.ts';
import { pending, reportClaim } from '../_shared/claim-report.ts';
import { classOf, type ClaimVerdict, unboundClaims } from '../_shared/claim-verdict.ts';
import type { Claim } from '../_shared/claims.ts';
import { edit } from '../_shared/remedies.ts';

/** Claims that get no volume because of their StorageClass. */
export const analyzer: Analyzer = {
  name: 'storageclass-missing',
  codes: {
    'storage/class-missing': 'A PersistentVolumeClaim names a StorageClass that does not exist.',
    'storage/no-class':
      'A PersistentVolumeClaim names no StorageClass and the cluster has no default and no free volume.',
    'storage/provisioning-failed': 'The provisioner of the StorageClass reports a failure.',
    'storage/provisioner-silent': 'Nothing answers for the provisioner of the StorageClass.',
  },
  reads: ['PersistentVolumeClaim', 'PersistentVolume', 'StorageClass', 'Pod', 'Event'],
  analyze: (snapshot) =>
    oncePerSet(unboundClaims(snapshot).flatMap(({ claim, verdict }) => report(snapshot, claim, verdict))),
};

// The claims of one template differ in their ordinal alone and fail together: one fault, not as many as replicas.
function oncePerSet(findings: readonly Finding[]): readonly Finding[] {
  const sets = Map.groupBy(findings, ({ code, subject, statement }) => {
    const stem = subject.name.replace(/-\d+$/, '');
    return [code, subject.namespace, stem, statement.replaceAll(subject.name, stem)].join(' ');
  });
  return [...sets.values()].flatMap(([first, ...others]) =>
    first
      ? [
          {
            ...first,
            ...(others.length > 0
              ? { aliases: [...(first.aliases ?? []), ...others.map(({ subject }) => subject)] }
              : {}),
          },
        ]
      : [],
  );
}

function report(snapshot: Snapshot, claim: Claim, verdict: ClaimVerdict): Finding[] {
  switch (verdict.kind) {
    case 'class-missing':
      return verdict.className === '' ? [] : [reportMissing(snapshot, claim, verdict.className)];
    case 'no-class':
      return [reportNoClass(snapshot, claim, verdict.event)];
    case 'provisioning':
      return [reportProvisioning(snapshot, claim, verdict)];
    default:
      return [];
  }
}

const RECREATE = edit('none', 'R3', 'Recreate the claim with a StorageClass that exists', [
  'The claim holds no data yet',
]);

function reportMissing(snapshot: Snapshot, claim: Claim, name: string): Finding {
  const listed = snapshot.objects.existence('StorageClass', null, name) === 'absent';
  const names = snapshot.objects.names('StorageClass');
  const near = listed ? (nearMiss(name, names) ?? (names.length === 1 ? names[0] : null)) : null;
  const field =
    claim.spec?.storageClassName == null
      ? "metadata.annotations['volume.beta.kubernetes.io/storage-class']"
      : 'spec.storageClassName';
  return reportClaim(snapshot, claim, {
    code: 'storage/class-missing',
    category: 'storageclass-missing',
    statement: `${pending(claim)}: its StorageClass \`${name}\` does not exist${near ? `; \`${near}\` does` : ''}`,
    evidence: [citeField(claim, field), ...(listed ? [citeAbsent(snapshot, { kind: 'StorageClass', name })] : [])],
    remediation: [RECREATE, edit('none', 'R3', `Create StorageClass \`${name}\``)],
  });
}

function reportNoClass(snapshot: Snapshot, claim: Claim, event: EventRecord | null): Finding {
  return reportClaim(snapshot, claim, {
    code: 'storage/no-class',
    category: 'storageclass-missing',
    strength: 0.85,
    statement: `${pending(claim)}: it names no StorageClass, no StorageClass is the default, and no PersistentVolume ${event ? 'suits' : 'exists'}`,
    evidence: [
      citeField(claim, 'spec.storageClassName'),
      ...snapshot.objects
        .list('StorageClass')
        .slice(0, 3)
        .map((one) => citeField(one, 'metadata.annotations')),
      ...(event ? [citeEvent(event)] : []),
    ],
    remediation: [RECREATE, edit('none', 'R3', 'Mark one StorageClass as the default')],
  });
}

function reportProvisioning(
  snapshot: Snapshot,
  claim: Claim,
  { event, silent }: Extract<ClaimVerdict, { kind: 'provisioning' }>,
): Finding {
  const used = classOf(snapshot, claim);
  const provisioner = used?.provisioner;
  const by = provisioner
    ? `provisioner \`${provisioner}\` of StorageClass \`${used.metadata.name}\``
    : `the provisioner of StorageClass \`${className(claim) ?? ''}\``;
  return reportClaim(snapshot, claim, {
    code: silent ? 'storage/provisioner-silent' : 'storage/provisioning-failed',
    category: 'storageclass-missing',
    strength: silent ? 0.65 : 0.85,
    statement: silent
      ? `${pending(claim)}: nothing answers for ${by}`
      : `${pending(claim)}: ${by} fails to make a volume`,
    evidence: [
      citeField(claim, 'spec.storageClassName'),
      ...(used ? [citeField(used, 'provisioner')] : []),
      citeEvent(event),
    ],
    aliases: used ? [subjectOf(used)] : [],
    remediation: [
      edit(
        'none',
        'R3',
        silent
          ? 'Install or restart the driver that provides the provisioner'
          : 'Repair what the provisioner reports, or use another StorageClass',
      ),
    ],
  });
}
