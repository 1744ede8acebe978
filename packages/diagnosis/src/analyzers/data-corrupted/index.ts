import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeSeries } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { rateOf } from '../../metrics/derive.ts';
import { placeOf } from '../../metrics/label-subjects.ts';
import { namesOf } from '../../metrics/names.ts';
import type { Series } from '../../snapshot/input.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { isServer, PRODUCT_NAMES } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';

const CODE = 'storage/data-corrupted';

/** Stores whose data no longer matches its checksums. */
export const analyzer: Analyzer = {
  name: 'data-corrupted',
  codes: {
    [CODE]: 'A store finds data on its volume that does not match its checksum or its structure, or cannot read it.',
  },
  reads: ['Pod', 'StatefulSet', 'Deployment', 'logs', 'metrics'],
  analyze(snapshot) {
    const said = groupByRoot(
      snapshot,
      logHits(snapshot, read, { atLeast: 2 }).filter(({ pod }) => keepsData(snapshot, pod)),
      ({ match }) => match.key,
    ).map(ofLog);
    const known = new Set(said.map(({ subject }) => subjectKey(subject)));
    return [...said, ...counted(snapshot).filter(({ subject }) => !known.has(subjectKey(subject)))];
  },
};

// Clients repeat what a store tells them; only who keeps data can have damaged data.
function keepsData(snapshot: Snapshot, pod: LogHit<Corruption>['pod']): boolean {
  const subject = subjectOf(pod);
  return (
    snapshot.owners.root(subject).kind === 'StatefulSet' ||
    (pod.spec?.volumes ?? []).some(({ persistentVolumeClaim: claim }) => Boolean(claim)) ||
    PRODUCT_NAMES.some((product) => isServer(snapshot, subject, product))
  );
}

interface Corruption extends LogMatch {
  readonly text: string;
  /** The device under the store fails, not what is written on it. */
  readonly device: boolean;
}

const PATTERN =
  /page verification failed, calculated checksum \d+ but expected \d+|invalid page in block \d+ of relation \S+|missing chunk number \d+ for toast value|Database page corruption on disk or a failed file read of page[^"\\]{0,60}|Table '[^']+' is marked as crashed|(?:WT_ERROR|WiredTiger)[^"\\]{0,80}checksum[^"\\]{0,40}|CorruptIndexException[^"\\]{0,80}|CorruptRecordException[^"\\]{0,80}|Record is corrupt[^"\\]{0,60}|Bad file format reading the append only file|Short read or OOM loading DB|Corruption: block checksum mismatch[^"\\]{0,60}|found data inconsistency with peers|alarm:CORRUPT|(?:WAL|segment|block|chunk|page|snapshot|index)[^"\\]{0,40}\b(?:is corrupt(?:ed)?|corruption detected|checksum mismatch)\b/i;

const DEVICE =
  /(?:could not (?:read|write|fsync|open|extend)|failed to (?:read|write|sync)|(?:read|write|fsync|pread|pwrite|mmap) (?:error|failed|of)|error (?:reading|writing)|handle-(?:read|write))[^"\\]{0,120}(?:Input\/output error|\bEIO\b)/i;

function read(line: string): Corruption | null {
  const device = DEVICE.exec(line)?.[0];
  if (device !== undefined) return { key: 'device', text: device, device: true };
  const text = PATTERN.exec(line)?.[0];
  return text === undefined ? null : { key: 'corrupted', text, device: false };
}

function ofLog(group: PodGroup<LogHit<Corruption>>): Finding {
  const [hit] = group.entries;
  const said = quote(citeHit(hit), hit.match.text);
  return logFinding(group, {
    code: CODE,
    category: 'data-corrupted',
    strength: 0.93,
    says: `${hit.match.device ? `the disk below ${formatSubject(group.subject)} fails its reads or writes` : `data of ${formatSubject(group.subject)} is damaged`}${said === '' ? '' : `: ${said}`}`,
    remediation: remedies(group.subject),
  });
}

const COUNTERS = [
  'pg_stat_database_checksum_failures',
  'pg_stat_database_checksum_failures_total',
  'prometheus_tsdb_wal_corruptions_total',
  'etcd_debugging_mvcc_hash_mismatch_total',
];
const RECENT = 5;

/** Stores that count failures by themselves and whose count grows. */
function counted(snapshot: Snapshot): Finding[] {
  return COUNTERS.flatMap((name) => snapshot.metrics.find(name)).flatMap((series): Finding[] => {
    const place = placeOf(series.labels, 'pod', namesOf(snapshot));
    if (!place || !isGrowing(series)) return [];
    return [
      {
        code: CODE,
        subject: place.subject,
        category: 'data-corrupted',
        role: 'cause',
        layer: 'state',
        strength: 0.8,
        statement: `data of ${formatSubject(place.subject)} is damaged: it counts failed checksums, and \`${series.labels['__name__']}\` grows`,
        evidence: [citeSeries(series)],
        remediation: remedies(place.subject),
      },
    ];
  });
}

function isGrowing({ samples }: Series): boolean {
  return rateOf(samples)
    .slice(-RECENT)
    .some(([, rate]) => rate > 0);
}

function remedies(subject: Subject): NonNullable<Finding['remediation']> {
  return [
    {
      action: 'none',
      risk: 'R3',
      statement: `Isolate ${formatSubject(subject)}, check its volume and device, and restore what is damaged from a backup`,
      preconditions: ['A person decides; nothing may be overwritten before it is copied'],
      undo: 'None',
    },
  ];
}
