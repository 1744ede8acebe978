import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeLog } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';

const CODE = 'queue/poison-message';

/** Consumers that fail on one and the same message over and over. */
export const analyzer: Analyzer = {
  name: 'queue-poison',
  codes: { [CODE]: 'A consumer fails on the same message again and again and does not get past it.' },
  reads: ['Pod', 'Deployment', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, read, { atLeast: 3 }).filter(isSamePlace);
    return groupByRoot(snapshot, hits, ({ match }) => match.key).map(report);
  },
};

interface Poison extends LogMatch {
  readonly place: string | null;
  readonly text: string;
}

const FAILURE =
  /Error deserializing (?:key\/value|\w+) for partition \S+|(?:Record|Message)?DeserializationException|SerializationException[^"\\]{0,80}|(?:could not|cannot|can't|failed to|unable to|error) (?:deseriali[sz]e|decode|parse|unmarshal|process|handle|consume) (?:the )?(?:kafka |queue |incoming |amqp )?(?:message|record|event|payload)[^"\\]{0,80}|poison(?:ed)? (?:message|pill|record)[^"\\]{0,60}|Error when calling each(?:Message|Batch)[^"\\]{0,60}|message listener failed[^"\\]{0,60}|(?:message|record|event|delivery)\b[^"\\]{0,90}\b(?:requeued|re-?queueing|redelivered|nack(?:ed)?|rejected)\b/i;
const PLACES: readonly RegExp[] = [
  /\boffset[\s"':=]+(\d+)/i,
  // Brokers that keep no offsets name a message by an id of many digits.
  /\b(?:message|record|event|delivery)\s+[\w-]*\d[\w-]{7,63}/i,
  /\b(?:delivery[ _-]?tag|message[ _-]?id|msg[ _-]?id|sequence(?: number)?|record)[\s"':=#]+([\w-]{2,64})/i,
];
const PARTITION = /\bpartition[\s"':=]+([\w.-]+)/i;

function read(line: string): Poison | null {
  const text = FAILURE.exec(line)?.[0];
  if (text === undefined) return null;
  const place = PLACES.map((pattern) => pattern.exec(line)?.[0]).find((found) => found !== undefined) ?? null;
  return { key: `poison ${PARTITION.exec(line)?.[1] ?? ''} ${place ?? ''}`, place, text: text.trim() };
}

// Failures on ever other messages are bad data, of which a consumer gets past each.
function isSamePlace({ match, template }: LogHit<Poison>): boolean {
  if (match.place === null) return false;
  return template.sample.text.includes(match.place) && template.last.text.includes(match.place);
}

function report(group: PodGroup<LogHit<Poison>>): Finding {
  const [hit] = group.entries;
  const { match, stream, template } = hit;
  const evidence: Evidence[] = [citeLog(stream, template.sample), citeLog(stream, template.last)];
  const cited = [...citeHit(hit), ...evidence];
  const place = match.place === null ? '' : quote(cited, match.place);
  const said = quote(cited, match.text);
  return logFinding(group, {
    code: CODE,
    category: 'queue-backlog',
    layer: 'dependency',
    strength: 0.88,
    says: `${formatSubject(group.subject)} fails on the same message again and again${place === '' ? '' : ` (${place})`}${said === '' ? '' : `: ${said}`}`,
    evidence,
    remediation: [
      {
        action: 'skip-message',
        risk: 'R3',
        statement: `Park the message ${formatSubject(group.subject)} cannot read, and let it go on`,
        preconditions: ['The message is kept elsewhere for inspection'],
        undo: 'Put the message back',
      },
    ],
  });
}
