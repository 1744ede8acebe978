import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { isGone, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { isInTrouble, troubleEvidence } from '../_shared/trouble.ts';
import { rootOf } from '../_shared/workloads.ts';

export const SEARCHED = 'dns/search-path-excessive';
// Cluster DNS sets 5; a name within the cluster never has more dots than this, an outside one hardly.
const MOST = 6;

/** Workloads in trouble whose resolver tries every name under each search domain first, since a change of their template. */
export function excessiveSearch(snapshot: Snapshot): Finding[] {
  const found = new Map<string, { subject: Subject; pod: PodObject; ndots: number }>();
  for (const pod of snapshot.objects.list('Pod')) {
    const ndots = ndotsOf(pod);
    if (ndots === null || ndots < MOST || isGone(pod)) continue;
    const subject = rootOf(snapshot, pod);
    found.set(subjectKey(subject), { subject, pod, ndots });
  }
  return [...found.values()].flatMap(({ subject, pod, ndots }): Finding[] => {
    if (!isInTrouble(snapshot, subject)) return [];
    const suspect = suspectChange(snapshot, subject, /dnsConfig/);
    return [
      {
        code: SEARCHED,
        subject,
        category: 'dns-slow',
        role: 'cause',
        layer: suspect ? 'change' : 'state',
        strength: suspect ? 0.93 : 0.5,
        statement: `Pods of ${formatSubject(subject)} resolve with \`ndots\` at \`${ndots}\`: every name is first asked under each search domain, which multiplies and delays their lookups`,
        evidence: [
          citePodSpec(snapshot, pod, 'spec.dnsConfig'),
          ...(suspect ? [suspect.evidence] : []),
          ...troubleEvidence(snapshot, subject),
        ],
        ...(suspect ? { change: suspect.change.id, since: suspect.change.time } : {}),
        remediation: rollback(subject),
      },
    ];
  });
}

function ndotsOf({ spec }: PodObject): number | null {
  const value = spec?.dnsConfig?.options?.findLast(({ name }) => name === 'ndots')?.value;
  const ndots = Number(value ?? Number.NaN);
  return Number.isInteger(ndots) ? ndots : null;
}
