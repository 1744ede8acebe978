import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeChange } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';

// The kernel's and the agents' words for a packet that does not fit.
const TOO_LONG =
  /message too long|EMSGSIZE|packet too (?:big|large)|frag(?:mentation)? needed|exceeds (?:the )?mtu|mtu mismatch/i;

/** Packets that do not fit, said by several workloads or beside an edit of the Pod network's MTU. */
export function judgeMtu(snapshot: Snapshot): Finding[] {
  const [agent] = snapshot.topology.clusterServices.ofRole('pod-network');
  if (!agent) return [];
  const hits = logHits(snapshot, (text): LogMatch | null => (TOO_LONG.test(text) ? { key: 'mtu' } : null));
  const callers = [
    ...new Map(hits.map(({ pod }) => rootOf(snapshot, pod)).map((root) => [subjectKey(root), root])).values(),
  ];
  const config = snapshot.topology
    .dependencies(agent.subject)
    .find(({ to }) => to.kind === 'ConfigMap' && mtuEdit(snapshot, to))?.to;
  const change = config ? mtuEdit(snapshot, config) : mtuEdit(snapshot, agent.subject);
  if (hits.length === 0 || (!change && callers.length < 2)) return [];
  const subject = config ?? agent.subject;
  return [
    {
      code: 'network/mtu-mismatch',
      subject,
      category: 'mtu-or-routing',
      role: 'cause',
      layer: 'node',
      strength: change ? 0.9 : 0.55,
      statement: `Packets of ${callers.slice(0, 3).map(formatSubject).join(', ')} do not fit the path of the Pod network${change ? `, whose MTU was changed in ${formatSubject(subject)}` : ''}`,
      evidence: [
        ...hits.slice(0, 2).flatMap((hit) => citeHit(hit).slice(0, 1)),
        ...(change ? [citeChange(change)] : []),
      ],
      aliases: config ? [agent.subject] : [],
      affects: callers,
      ...(change ? { change: change.id, since: change.time } : {}),
      remediation: [
        edit(
          'patch-configmap',
          'R3',
          `Set the MTU of the Pod network to what its path carries, in ${formatSubject(subject)}`,
        ),
      ],
    },
  ];
}

function mtuEdit(snapshot: Snapshot, subject: Subject) {
  return (
    recentEdit(snapshot, subject, (path) => /mtu/i.test(path)) ??
    snapshot.changes
      .of(subject)
      .findLast(({ diff }) => diff.some(({ before, after }) => /mtu/i.test(`${before ?? ''}${after ?? ''}`)))
  );
}
