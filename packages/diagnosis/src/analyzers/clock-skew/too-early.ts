import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeHit, effectOf, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { rootOf } from '../_shared/workloads.ts';

// What a clock that runs behind makes of certificates and tokens that are new.
const TOO_EARLY =
  /current time \S+ is before|CertificateNotYetValid|certificate is not yet valid|CERT_NOT_YET_VALID|token (?:used before issued|is not valid yet)|jwt not active|not yet valid \((?:iat|nbf)\)|issued in the future/i;

/** Nodes on which alone certificates and tokens lie in the future, while other Pods of the same workload accept them. */
export function tooEarlyOn(
  snapshot: Snapshot,
): readonly { node: Subject; finding: Pick<Finding, 'statement' | 'evidence' | 'affects' | 'since'> }[] {
  const hits = logHits(snapshot, (line): LogMatch | null => (TOO_EARLY.test(line) ? { key: 'too-early' } : null));
  const nodes = new Set(hits.map(({ pod }) => pod.spec?.nodeName ?? ''));
  const [name] = nodes;
  const [hit] = hits;
  if (nodes.size !== 1 || !name || !hit) return [];
  const roots = [
    ...new Map(hits.map(({ pod }) => [subjectKey(rootOf(snapshot, pod)), rootOf(snapshot, pod)])).values(),
  ];
  const accepting = roots
    .flatMap((root) => snapshot.topology.pods.ofComponent(root))
    .find(({ spec, status }) => spec?.nodeName !== name && status?.phase === 'Running');
  if (!accepting) return [];
  const node: Subject = { kind: 'Node', name };
  return [
    {
      node,
      finding: {
        statement: `the clock of ${formatSubject(node)} seems to run behind: only there does ${roots.slice(0, 2).map(formatSubject).join(', ')} find certificates or tokens not valid yet; ${effectOf(hit)}`,
        evidence: [...citeHit(hit), citeField(hit.pod, 'spec.nodeName'), citeField(accepting, 'spec.nodeName')],
        affects: roots,
        since: hit.since,
      },
    },
  ];
}
