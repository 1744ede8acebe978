import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { hostsIn } from '../../topology/host-references.ts';
import { behindHost } from '../_shared/dependencies.ts';
import { replicaCounts } from '../_shared/replicas.ts';

const CANNOT_REACH =
  /(?:cannot|can't|could not|couldn't|unable to|failed to|failure to|error) (?:connect|reach|contact|access|dial|open (?:a )?connection)\w*|connect(?:ion)? (?:to \S+ )?(?:refused|failed|error|lost)|unreachable|unavailable/i;

/** The workloads without a ready replica that somebody's last words say it could not reach. */
export function unreachedServers(snapshot: Snapshot, subject: Subject, text: string): readonly Subject[] {
  if (!CANNOT_REACH.test(text)) return [];
  return hostsIn(text)
    .flatMap(({ host }) => behindHost(snapshot, host, subject.namespace ?? ''))
    .filter((server) => {
      const object = snapshot.objects.find(server);
      const counts = object && server.kind !== 'Service' ? replicaCounts(object) : null;
      return counts !== null && counts.wanted > 0 && counts.ready === 0 && subjectKey(server) !== subjectKey(subject);
    });
}
