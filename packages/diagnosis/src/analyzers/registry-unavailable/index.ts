import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type PullFailure, pullFailures, registryWords } from '../_shared/image-pulls.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit } from '../_shared/remedies.ts';

interface Fault {
  readonly code: string;
  readonly category: Category;
  readonly says: string;
}

/** Image registries that resolve but do not serve: down, slow, limiting the rate, or with a certificate nobody trusts. */
export const analyzer: Analyzer = {
  name: 'registry-unavailable',
  codes: {
    'image/registry-unavailable': 'An image registry does not answer, or answers with a server error.',
    'image/registry-rate-limit': 'An image registry refuses pulls because too many were made.',
    'image/registry-certificate':
      'The certificate of an image registry is not trusted by the Node, or it does not speak TLS.',
  },
  reads: ['Pod', 'Event'],
  analyze(snapshot) {
    const failures = pullFailures(snapshot).filter(({ fault }) => fault === 'unavailable' || fault === 'tls');
    const hosts = Map.groupBy(failures, ({ reference }) => reference.host);
    return [...hosts.keys()]
      .sort()
      .flatMap((host) => report(snapshot, host, groupByRoot(snapshot, hosts.get(host) ?? [])));
  },
};

function report(snapshot: Snapshot, host: string, groups: readonly PodGroup<PullFailure>[]): Finding[] {
  const [group, ...others] = groups;
  if (!group) return [];
  const [failure] = group.entries;
  const { pod, view, image, proof, text, fault } = failure;
  const { code, category, says } = faultOf(text, fault);
  // Several workloads at once point at the registry, which is no object of the cluster.
  const subject: Subject = others.length === 0 ? group.subject : { kind: 'Registry', name: host };
  const victims =
    others.length === 0
      ? `image \`${image}\` of ${formatSubject(group.subject)}`
      : `images of several workloads, \`${image}\` among them,`;
  return [
    {
      code,
      subject,
      category,
      role: 'cause',
      layer: 'dependency',
      strength: others.length === 0 ? 0.85 : 0.9,
      statement: `Registry ${registryWords(failure)} ${says}: ${victims} cannot be pulled`,
      evidence: [
        proof,
        citePodSpec(snapshot, pod, `${view.specPath}.image`),
        ...others.slice(0, 2).map(({ entries }) => entries[0].proof),
      ],
      aliases: others.length === 0 ? podSubjects(group) : [],
      affects: others.length === 0 ? [] : groups.map((each) => each.subject),
      remediation: [
        edit('none', 'R2', `Wait for registry ${host}, or pull through a mirror; pause rollouts meanwhile`),
      ],
    },
  ];
}

function faultOf(text: string, fault: PullFailure['fault']): Fault {
  if (fault === 'tls')
    return {
      code: 'image/registry-certificate',
      category: 'certificate-untrusted',
      says: 'offers no certificate the Node trusts',
    };
  if (/too ?many ?requests|\b429\b|rate limit/i.test(text)) {
    return { code: 'image/registry-rate-limit', category: 'registry-unavailable', says: 'limits the rate of pulls' };
  }
  return { code: 'image/registry-unavailable', category: 'registry-unavailable', says: 'does not serve pulls' };
}
