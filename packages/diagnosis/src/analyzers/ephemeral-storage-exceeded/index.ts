import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding, RuledOutFact } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Eviction, evictions } from '../_shared/evictions.ts';
import { nodeCondition } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';

const CODE = 'pod/ephemeral-storage-exceeded';

/** Workloads whose Pods are evicted for writing more than their own local storage limit. */
export const analyzer: Analyzer = {
  name: 'ephemeral-storage-exceeded',
  codes: { [CODE]: 'Pods of a workload are evicted for exceeding their own local storage limit.' },
  reads: ['Pod', 'Node', 'Event', 'Deployment', 'StatefulSet', 'DaemonSet'],
  analyze(snapshot) {
    const own = evictions(snapshot).filter(({ ownLimit }) => ownLimit);
    return groupByRoot(snapshot, own).map((group) => report(snapshot, group));
  },
};

function report(snapshot: Snapshot, group: PodGroup<Eviction>): Finding {
  const { subject } = group;
  const [eviction] = group.entries;
  const { proof, message, at } = eviction;
  const limit = /limit (?:of containers )?"?([0-9.]+[A-Za-z]*?)"?\.?(?:\s|$)/.exec(message)?.[1];
  const volume = /EmptyDir volume "?([\w-]+)"?/i.exec(message)?.[1];
  const what = volume ? `volume \`${volume}\`` : 'local storage';
  return {
    code: CODE,
    subject,
    category: 'ephemeral-storage-exceeded',
    role: 'cause',
    layer: 'state',
    strength: 0.93,
    statement: `Pods of ${formatSubject(subject)} are evicted: they write more to their ${what} than its limit${limit ? ` of \`${limit}\`` : ''}`,
    evidence: [proof, ...limits(snapshot, eviction, volume)],
    aliases: podSubjects(group),
    since: at,
    ruledOut: nodeHasRoom(eviction),
    remediation: [
      edit(
        'patch-resources',
        'R2',
        `Raise the ephemeral-storage limit of ${formatSubject(subject)}, or cap what it writes`,
        ['The Node has the disk space'],
      ),
      ...rollback(subject),
    ],
  };
}

function limits(snapshot: Snapshot, { pod }: Eviction, volume: string | undefined): Evidence[] {
  if (volume) return [citePodSpec(snapshot, pod, `spec.volumes[name=${volume}].emptyDir.sizeLimit`)];
  const limited = (pod.spec?.containers ?? []).filter(
    ({ resources }) => resources?.limits?.['ephemeral-storage'] !== undefined,
  );
  return limited
    .slice(0, 2)
    .map(({ name }) => citePodSpec(snapshot, pod, `spec.containers[name=${name}].resources.limits.ephemeral-storage`));
}

function nodeHasRoom({ node }: Eviction): RuledOutFact[] {
  if (!node || nodeCondition(node, 'DiskPressure')?.status !== 'False') return [];
  return [
    {
      category: 'node-disk-pressure',
      statement: `Node ${node.metadata.name} is not short of disk: its DiskPressure condition is \`False\``,
      evidence: [citeField(node, 'status.conditions[type=DiskPressure].status')],
    },
  ];
}
