import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeFormerImage, formerImage, type PullFailure, pullFailures, registryWords } from '../_shared/image-pulls.ts';
import { parseImage } from '../_shared/image-reference.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { containersOf } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';

/** Image registries whose host name does not resolve. */
export const analyzer: Analyzer = {
  name: 'registry-unresolvable',
  codes: {
    'image/registry-name': 'The host name of an image registry does not resolve; other registries do.',
    'image/node-dns': 'Several registries do not resolve on one Node: its name resolution is broken.',
  },
  reads: ['Pod', 'Event', 'Node', 'Deployment', 'ReplicaSet'],
  analyze(snapshot) {
    const failures = pullFailures(snapshot).filter(({ fault }) => fault === 'unresolvable');
    const blind = blindNodes(failures);
    const named = failures.filter(({ pod }) => !blind.has(pod.spec?.nodeName ?? ''));
    return [
      ...groupByRoot(snapshot, named, ({ reference }) => reference.host).map((group) => badName(snapshot, group)),
      ...[...blind].flatMap(([node, seen]) => badNode(snapshot, node, seen)),
    ];
  },
};

// Two registries with nothing in common failing on one Node, and nowhere else, is the Node's resolver.
function blindNodes(failures: readonly PullFailure[]): ReadonlyMap<string, readonly [PullFailure, ...PullFailure[]]> {
  const byNode = new Map<string, [PullFailure, ...PullFailure[]]>();
  for (const failure of failures) {
    const node = failure.pod.spec?.nodeName;
    if (!node) continue;
    const seen = byNode.get(node);
    if (seen) seen.push(failure);
    else byNode.set(node, [failure]);
  }
  return new Map([...byNode].filter(([, seen]) => new Set(seen.map(({ reference }) => reference.host)).size > 1));
}

function badName(snapshot: Snapshot, group: PodGroup<PullFailure>): Finding {
  const { subject } = group;
  const [failure] = group.entries;
  const { pod, view, image, proof } = failure;
  const hint = likelyHost(snapshot, failure);
  return {
    code: 'image/registry-name',
    subject,
    category: 'registry-unresolvable',
    role: 'cause',
    layer: 'state',
    strength: 0.93,
    statement: `Registry host ${registryWords(failure)} of image \`${image}\` of ${formatSubject(subject)} does not resolve${hint.text}`,
    evidence: [proof, citePodSpec(snapshot, pod, `${view.specPath}.image`), ...hint.evidence],
    aliases: podSubjects(group),
    remediation: [
      ...rollback(subject, 'R1'),
      edit(
        'patch-image',
        'R1',
        `Correct the registry host in the image of container ${view.name} of ${formatSubject(subject)}`,
      ),
    ],
  };
}

function likelyHost(
  snapshot: Snapshot,
  { pod, view, reference }: PullFailure,
): { text: string; evidence: readonly Evidence[] } {
  const former = formerImage(snapshot, pod, view);
  if (former !== null && parseImage(former).host !== reference.host) {
    return { text: `; the revision before pulled \`${former}\``, evidence: citeFormerImage(snapshot, pod, view) };
  }
  for (const other of snapshot.objects.list('Pod', pod.metadata.namespace ?? undefined)) {
    for (const { spec, specPath, status } of containersOf(other)) {
      const host = spec?.image && status?.state?.running ? parseImage(spec.image).host : null;
      if (host === null || nearMiss(reference.host, [host]) === null) continue;
      return {
        text: `; ${formatSubject(subjectOf(other))} runs an image from \`${host}\``,
        evidence: [citeField(other, `${specPath}.image`)],
      };
    }
  }
  return { text: '', evidence: [] };
}

function badNode(snapshot: Snapshot, name: string, seen: readonly [PullFailure, ...PullFailure[]]): Finding[] {
  const [first] = seen;
  const other = seen.find(({ reference }) => reference.host !== first.reference.host);
  if (!other) return [];
  const node = snapshot.objects.get('Node', null, name);
  return [
    {
      code: 'image/node-dns',
      subject: node ? subjectOf(node) : { kind: 'Node', name },
      category: 'registry-unresolvable',
      role: 'cause',
      layer: 'node',
      strength: 0.85,
      statement: `Node ${name} cannot resolve registry hosts: neither ${registryWords(first)} nor ${registryWords(other)}`,
      evidence: [first.proof, other.proof],
      affects: groupByRoot(snapshot, seen).map(({ subject }) => subject),
      remediation: [edit('restart-node-service', 'R3', `Repair the resolver configuration of Node ${name}`)],
    },
  ];
}
