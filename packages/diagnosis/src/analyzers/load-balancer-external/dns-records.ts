import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
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
  const told = fromLogs(snapshot, hits);
  return told.length > 0 ? told : stale(snapshot);
}

// It syncs every minute by default, and some are set to a quarter of an hour.
const STALE = 18 * MINUTE;

/** Controllers whose own metric says that they have not synced for long. */
function stale(snapshot: Snapshot): readonly Finding[] {
  return snapshot.metrics.find('external_dns_controller_last_sync_timestamp_seconds').flatMap((series): Finding[] => {
    const synced = series.samples.at(-1)?.[1];
    const subject = placeOf(series.labels, 'pod', namesOf(snapshot))?.subject;
    if (synced === undefined || synced <= 0 || !subject || snapshot.now - synced * SECOND < STALE) return [];
    const root = snapshot.owners.root(subject);
    return [
      {
        code: NOT_WRITTEN,
        subject: root,
        category: 'load-balancer-external',
        role: 'cause',
        layer: 'state',
        strength: 0.7,
        statement: `${formatSubject(root)} has not synced public DNS records for long, by its own \`external_dns_controller_last_sync_timestamp_seconds\``,
        evidence: [citeSeries(series)],
        affects: publicHosts(snapshot),
        since: synced * SECOND,
        remediation: REMEDY,
      },
    ];
  });
}

const REMEDY: NonNullable<Finding['remediation']> = [
  {
    action: 'none',
    risk: 'R3',
    statement: 'Mend what the DNS provider names (permission, zone, conflicting record)',
    preconditions: ['Somebody with access to the provider account'],
    undo: 'Restore the former setting',
  },
];

function fromLogs(snapshot: Snapshot, hits: readonly LogHit<Refused>[]): readonly Finding[] {
  return groupByRoot(snapshot, hits).map((group) => {
    const [hit] = group.entries;
    const said = quote(citeHit(hit), hit.match.text);
    return logFinding(group, {
      code: NOT_WRITTEN,
      category: 'load-balancer-external',
      strength: 0.8,
      says: `${formatSubject(group.subject)} cannot write public DNS records${said === '' ? '' : `: ${said}`}`,
      affects: publicHosts(snapshot),
      remediation: REMEDY,
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
