import { formatSubject } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { type LogHit, logHits, quote, citeHit } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { CLAIMED_TWICE, claimedTwice } from './claimed-twice.ts';
import { NODE_PORT, nodePorts } from './node-ports.ts';
import { otherUserOf } from './other-user.ts';
import { type PortInUse, readPortInUse } from './patterns.ts';

const IN_POD = 'container/port-in-use';

/** Two programs that want the same port: in one Pod, on one node's network, or as one node port. */
export const analyzer: Analyzer = {
  name: 'port-conflict',
  codes: {
    [IN_POD]: 'A container cannot listen because another one of its Pod, or of its node, has the port.',
    [CLAIMED_TWICE]: 'A container keeps ending, and another one of its Pod claims the same port.',
    [NODE_PORT]: 'A Service cannot have its node port because another Service holds it.',
  },
  reads: ['Pod', 'Deployment', 'Service', 'Application', 'Kustomization', 'HelmRelease', 'Event', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, readPortInUse).filter(({ mode }) => mode !== 'running');
    const inPods = groupByRoot(snapshot, hits, ({ view }) => view.name).map((group) => report(snapshot, group));
    return [...inPods, ...claimedTwice(snapshot), ...nodePorts(snapshot)];
  },
};

function report(snapshot: Snapshot, group: PodGroup<LogHit<PortInUse>>): Finding {
  const [hit] = group.entries;
  const { pod, view, match, since } = hit;
  const other = match.port === null ? null : otherUserOf(snapshot, { pod, view, port: match.port });
  const change = suspectChange(
    snapshot,
    group.subject,
    /port|annotations|args|command|containers\[name=|hostNetwork/i,
    since,
  );
  const wanted = match.port === null ? 'its port' : `port \`${match.port}\``;
  const said = quote(citeHit(hit), match.text);
  return logFinding(group, {
    code: IN_POD,
    category: 'port-conflict',
    strength: other ? 0.95 : 0.85,
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} cannot listen on ${wanted}, which is already in use${other ? ` by ${other.words}` : ''}${said === '' ? '' : ` (${said})`}`,
    evidence: [...(other?.evidence ?? []), ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      ...rollback(group.subject),
      edit('patch-ports', 'R2', `Give one of the two programs in ${formatSubject(group.subject)} another port`),
    ],
  });
}
