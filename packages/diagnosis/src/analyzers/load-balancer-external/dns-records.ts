import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot } from '../_shared/pod-groups.ts';

export const NOT_WRITTEN = 'service/dns-records-failed';

interface Refused extends LogMatch {
  readonly text: string;
}

const REFUSED =
  /Failed to do run once[^"]{0,160}|Failed to submit all changes for the following zones[^"]{0,160}|InvalidChangeBatch[^"]{0,120}|failed to (?:list|get) (?:hosted )?zones[^"]{0,120}/i;

/** Controllers that write public DNS records and are refused by the provider. */
export function dnsRecords(snapshot: Snapshot): readonly Finding[] {
  const hits = logHits(snapshot, read, { atLeast: 2 }).filter(({ view }) =>
    /(?:^|\/)external-dns(?:[:@]|$)/.test(view.spec?.image ?? ''),
  );
  return groupByRoot(snapshot, hits).map((group) => {
    const [hit] = group.entries;
    const said = quote(citeHit(hit), hit.match.text);
    return logFinding(group, {
      code: NOT_WRITTEN,
      category: 'load-balancer-external',
      strength: 0.8,
      says: `${formatSubject(group.subject)} cannot write public DNS records${said === '' ? '' : `: ${said}`}`,
      affects: publicHosts(snapshot),
      remediation: [
        {
          action: 'none',
          risk: 'R3',
          statement: 'Mend what the DNS provider names (permission, zone, conflicting record)',
          preconditions: ['Somebody with access to the provider account'],
          undo: 'Restore the former setting',
        },
      ],
    });
  });
}

function read(text: string): Refused | null {
  const found = REFUSED.exec(text.replaceAll('\\n', ' '))?.[0];
  return found ? { key: 'dns', text: found } : null;
}

function publicHosts({ objects }: Snapshot): readonly Subject[] {
  return [...objects.list('Ingress'), ...objects.list('HTTPRoute')].slice(0, 20).map(subjectOf);
}
