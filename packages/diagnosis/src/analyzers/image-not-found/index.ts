import { formatSubject } from '@headwater/core/subject.ts';
import type { Analyzer, Finding, RuledOutFact } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import {
  citeFormerImage,
  formerImage,
  MISSING_IMAGE,
  type PullFailure,
  type PullFault,
  pullFailures,
  runningNearMiss,
} from '../_shared/image-pulls.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';

const CODES: Partial<Record<PullFault, { code: string; strength: number; says: string }>> = {
  'not-found': { code: 'image/not-found', strength: 0.95, says: 'does not exist in its registry' },
  invalid: { code: 'image/invalid-reference', strength: 0.95, says: 'is not a valid image reference' },
  never: {
    code: 'image/never-pull',
    strength: 0.95,
    says: 'is not present on the Node and its pull policy forbids pulling it',
  },
  unknown: { code: 'image/cannot-pull', strength: 0.55, says: 'cannot be pulled; the runtime gives no reason' },
};

/** Images whose name, tag or reference is wrong. */
export const analyzer: Analyzer = {
  name: 'image-not-found',
  codes: {
    'image/not-found':
      'The registry says the image or its tag does not exist, or hides it as registries hide what does not exist.',
    'image/invalid-reference': 'The image reference cannot be parsed.',
    'image/never-pull': 'The image is not on the Node and `imagePullPolicy: Never` forbids pulling it.',
    'image/cannot-pull': 'An image pull fails and nothing says why.',
  },
  reads: ['Pod', 'Event', 'ReplicaSet', 'Deployment', 'ServiceAccount'],
  analyze(snapshot) {
    const failures = pullFailures(snapshot).filter(({ fault }) => CODES[fault]);
    return groupByRoot(snapshot, failures, ({ view, fault }) => `${view.name} ${fault}`).flatMap((group) =>
      report(snapshot, group),
    );
  },
};

function report(snapshot: Snapshot, group: PodGroup<PullFailure>): Finding[] {
  const { subject } = group;
  const [failure] = group.entries;
  const { pod, view, image, fault, proof } = failure;
  const kind = CODES[fault];
  if (!kind) return [];
  const former = formerImage(snapshot, pod, view);
  const near = former === null && fault === 'not-found' ? runningNearMiss(snapshot, failure) : null;
  const before = former === null ? '' : `; the revision before ran \`${former}\``;
  const beside = near === null ? '' : `; \`${near.image}\` runs beside it`;
  return [
    {
      code: kind.code,
      subject,
      category: 'image-not-found',
      role: 'cause',
      layer: 'state',
      // A refusal that only hides the image is weaker than a registry that says so.
      strength: fault === 'not-found' && !MISSING_IMAGE.test(failure.text) ? 0.8 : kind.strength,
      statement: `Image \`${image}\` of container \`${view.name}\` of ${formatSubject(subject)} ${kind.says}${before}${beside}`,
      evidence: [
        proof,
        citePodSpec(snapshot, pod, `${view.specPath}.image`),
        ...citeFormerImage(snapshot, pod, view),
        ...(near ? [near.cite] : []),
        ...policy(snapshot, failure),
      ],
      aliases: podSubjects(group),
      ruledOut: otherPodsPull(snapshot, failure),
      remediation: [
        ...rollback(subject, 'R1'),
        edit(
          'patch-image',
          'R1',
          `Set the image of container ${view.name} of ${formatSubject(subject)} to one that exists`,
          ['The image exists in the registry'],
        ),
      ],
    },
  ];
}

function policy(snapshot: Snapshot, { pod, view, fault }: PullFailure) {
  return fault === 'never' ? [citePodSpec(snapshot, pod, `${view.specPath}.imagePullPolicy`)] : [];
}

// The registry answers: it is neither down nor unknown to DNS.
function otherPodsPull(snapshot: Snapshot, { reference, fault, proof, pod }: PullFailure): RuledOutFact[] {
  if (fault !== 'not-found' || pod.spec?.imagePullSecrets?.length || snapshot.objects.list('Pod').length === 0)
    return [];
  return proof.text.includes(reference.host)
    ? [
        {
          category: 'registry-unavailable',
          statement: `Registry \`${reference.host}\` resolves and answers: it refused this image`,
          evidence: [proof],
        },
      ]
    : [];
}
