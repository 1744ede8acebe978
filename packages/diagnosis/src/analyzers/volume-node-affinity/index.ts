import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { SchedulingCause } from '../_shared/scheduling.ts';
import { causesOf, reportCause, waiting } from '../_shared/scheduling-report.ts';

/** Pods whose volume can only be used on Nodes that cannot take them. */
export const analyzer: Analyzer = {
  name: 'volume-node-affinity',
  codes: {
    'scheduling/volume-node-affinity':
      'Pods wait because their volume is bound to Nodes or a zone that cannot take them.',
  },
  reads: ['Pod', 'Node', 'PersistentVolume', 'PersistentVolumeClaim', 'Event'],
  analyze: (snapshot) => causesOf(snapshot, 'volume-node-affinity').map((cause) => report(snapshot, cause)),
};

function report(snapshot: Snapshot, cause: SchedulingCause): Finding {
  const name =
    cause.fits[0]?.reasons.find(({ kind }) => kind === 'volume-node-affinity')?.key ?? boundVolume(snapshot, cause);
  const volume = name ? snapshot.objects.get('PersistentVolume', null, name) : undefined;
  const claim = volume?.spec?.claimRef?.name ?? claimNames(cause)[0];
  const claimed: readonly Subject[] = claim
    ? [{ kind: 'PersistentVolumeClaim', namespace: cause.pod.metadata.namespace ?? undefined, name: claim }]
    : [];
  const what = volume
    ? `their volume ${formatSubject(subjectOf(volume))} can only be used on Nodes its nodeAffinity names${named(volume)}`
    : 'their volume can only be used in a zone or on Nodes';
  return reportCause(snapshot, cause, {
    code: 'scheduling/volume-node-affinity',
    category: 'volume-node-affinity',
    ...(volume ? { subject: subjectOf(volume) } : {}),
    aliases: volume ? [...claimed, cause.subject] : claimed,
    statement: `${waiting(cause)}: ${what}, and none of those can take them`,
    evidence: volume ? [citeField(volume, 'spec.nodeAffinity.required')] : [],
    affects: cause.pods.slice(0, 5).map(subjectOf),
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Bring back or add a Node where the volume can be used',
        preconditions: ['The data on the volume is needed'],
        undo: 'Remove the Node',
      },
      {
        action: 'none',
        risk: 'R3',
        statement: 'Restore a snapshot into a zone with room and bind the claim to it',
        preconditions: ['A recent snapshot exists'],
        undo: 'Bind the claim to the former volume',
      },
    ],
  });
}

function named(volume: ObjectOf<'PersistentVolume'>): string {
  const [first] = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms?.[0]?.matchExpressions ?? [];
  const values = (first?.values ?? []).slice(0, 2).map((value) => `\`${value}\``);
  return first?.key && values.length > 0 ? `, \`${first.key}\` ${values.join(' or ')}` : '';
}

function claimNames({ pod }: SchedulingCause): readonly string[] {
  return (pod.spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}

function boundVolume(snapshot: Snapshot, cause: SchedulingCause): string | undefined {
  for (const name of claimNames(cause)) {
    const volume = snapshot.objects.get('PersistentVolumeClaim', cause.pod.metadata.namespace, name)?.spec?.volumeName;
    if (volume) return volume;
  }
  return undefined;
}
