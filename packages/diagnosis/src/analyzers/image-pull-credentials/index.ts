import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeAbsent, citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { type PullFailure, pullFailures, registryWords } from '../_shared/image-pulls.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { pullSecretsOf } from '../_shared/pull-secrets.ts';
import { edit, rollback } from '../_shared/remedies.ts';

/** Images a registry refuses for want of valid credentials. */
export const analyzer: Analyzer = {
  name: 'image-pull-credentials',
  codes: {
    'image/pull-secret-missing': 'A Pod waits for its image and the image pull secret it references does not exist.',
    'image/credentials-refused': 'The registry refuses the credentials of the referenced pull secret.',
    'image/credentials-required': 'The registry refuses an anonymous pull and the Pod has no pull secret.',
  },
  reads: ['Pod', 'Event', 'Secret', 'ServiceAccount', 'Deployment', 'ReplicaSet'],
  analyze(snapshot) {
    const failures = pullFailures(snapshot).filter(({ fault }) => fault === 'credentials' || fault === 'unknown');
    return groupByRoot(snapshot, failures).flatMap((group) => report(snapshot, group));
  },
};

interface Verdict {
  readonly code: string;
  readonly strength: number;
  readonly text: string;
  readonly evidence: readonly Evidence[];
  readonly aliases: readonly Subject[];
}

function report(snapshot: Snapshot, group: PodGroup<PullFailure>): Finding[] {
  const { subject } = group;
  const [failure] = group.entries;
  const { pod, view, image, proof } = failure;
  const verdict =
    missingSecret(snapshot, failure) ?? (failure.fault === 'credentials' ? refused(snapshot, failure) : null);
  if (!verdict) return [];
  return [
    {
      code: verdict.code,
      subject,
      category: 'image-pull-credentials',
      role: 'cause',
      layer: 'state',
      strength: verdict.strength,
      statement: `Image \`${image}\` of ${formatSubject(subject)} cannot be pulled: ${verdict.text}`,
      evidence: [proof, citePodSpec(snapshot, pod, `${view.specPath}.image`), ...verdict.evidence],
      aliases: [...podSubjects(group), ...verdict.aliases],
      remediation: [
        edit(
          'restore-secret',
          'R2',
          `Restore a pull secret for ${image} and reference it from ${formatSubject(subject)}`,
          ['Its content comes from the secret store, never invented'],
        ),
        ...rollback(subject),
      ],
    },
  ];
}

function missingSecret(snapshot: Snapshot, { pod }: PullFailure): Verdict | null {
  const namespace = pod.metadata.namespace;
  const event = lastEvent(snapshot, pod, ({ reason }) => reason === 'FailedToRetrieveImagePullSecret');
  for (const { name, cite } of pullSecretsOf(snapshot, pod)) {
    const existence = snapshot.objects.existence('Secret', namespace, name);
    const kubeletMissesIt = event?.message.includes(name) ?? false;
    if (existence === 'present' || (existence === 'unknown' && !kubeletMissesIt)) continue;
    const near = existence === 'absent' ? nearMiss(name, snapshot.objects.names('Secret', namespace)) : null;
    const other = near === null ? undefined : snapshot.objects.get('Secret', namespace, near);
    return {
      code: 'image/pull-secret-missing',
      strength: 0.95,
      text: `its image pull secret \`${name}\` does not exist${near === null ? '' : `; \`${near}\` does`}`,
      evidence: [
        cite(),
        ...(event ? [citeEvent(event)] : []),
        ...(existence === 'absent' ? [citeAbsent(snapshot, { kind: 'Secret', namespace, name })] : []),
        ...(other ? [citeField(other, 'type')] : []),
      ],
      aliases: [{ kind: 'Secret', ...(namespace ? { namespace } : {}), name }],
    };
  }
  // The spec may be unread while the kubelet names what it misses.
  const named = event && /secrets? \(?([\w.-]+(?:, ?[\w.-]+)*)\)?/.exec(event.message)?.[1];
  if (
    !event ||
    !named ||
    named.split(/, ?/).every((name) => snapshot.objects.existence('Secret', namespace, name) === 'present')
  )
    return null;
  return {
    code: 'image/pull-secret-missing',
    strength: 0.9,
    text: `the kubelet cannot retrieve its image pull secret \`${named}\``,
    evidence: [citeEvent(event)],
    aliases: named.split(/, ?/).map((name): Subject => ({ kind: 'Secret', ...(namespace ? { namespace } : {}), name })),
  };
}

function refused(snapshot: Snapshot, failure: PullFailure): Verdict {
  const { pod } = failure;
  const registry = registryWords(failure);
  const [secret] = pullSecretsOf(snapshot, pod);
  if (!secret) {
    return {
      code: 'image/credentials-required',
      strength: 0.8,
      text: `registry ${registry} refuses an anonymous pull and no image pull secret is set`,
      evidence: [citePodSpec(snapshot, pod, 'spec.imagePullSecrets')],
      aliases: [],
    };
  }
  return {
    code: 'image/credentials-refused',
    strength: 0.85,
    text: `registry ${registry} refuses the credentials of image pull secret \`${secret.name}\``,
    evidence: [secret.cite()],
    aliases: [
      { kind: 'Secret', ...(pod.metadata.namespace ? { namespace: pod.metadata.namespace } : {}), name: secret.name },
    ],
  };
}
