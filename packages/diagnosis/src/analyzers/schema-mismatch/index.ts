import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { mismatchSpans } from './from-spans.ts';
import { migrationBefore } from './migration-job.ts';
import { isServer } from '../_shared/dependencies.ts';

const CODE = 'database/schema-mismatch';

/** Programs whose data service does not have the structure they expect. */
export const analyzer: Analyzer = {
  name: 'schema-mismatch',
  codes: { [CODE]: 'A program expects a table, column or type that its data service does not have.' },
  reads: ['Pod', 'Deployment', 'ReplicaSet', 'Job', 'logs', 'traces'],
  analyze(snapshot) {
    const hits = logHits(snapshot, read);
    const clients = hits.filter(({ pod }) => !isDatabase(snapshot, pod.metadata.namespace ?? '', pod.metadata.name));
    const groups = groupByRoot(snapshot, clients, ({ match }) => match.key);
    const known = new Set(groups.map(({ subject }) => subjectKey(subject)));
    return [...groups.map((group) => report(snapshot, group)), ...mismatchSpans(snapshot, read, known)];
  },
};

function isDatabase(snapshot: Snapshot, namespace: string, name: string): boolean {
  return (['mysql', 'postgres', 'redis', 'mongo'] as const).some((product) =>
    isServer(snapshot, { kind: 'Pod', namespace, name }, product),
  );
}

interface Mismatch extends LogMatch {
  readonly text: string;
}

const STRUCTURE =
  /Unknown column '[^']+' in '[^']+'|column \\?"?[\w.]+\\?"? (?:of relation \S+ )?does not exist|relation \\?"[^"\\]+\\?" does not exist|no such (?:table|column): ?[\w.]+|Table '[^']+' doesn't exist|(?:table|view) or view does not exist|ORA-00942|ORA-00904[^\\]{0,40}|Invalid (?:column|object) name '[^']+'|WRONGTYPE Operation against a key[^"\\]{0,60}|Undefined (?:table|column)|column \\?"[^"\\]+\\?" is of type \w+ but expression is of type \w+|Field '[^']+' doesn't have a default value|unknown collection \S+|database \\?"[^"\\]+\\?" does not exist|Unknown database '[^']+'|nextval: reached maximum value of sequence \\?"[^"\\]+\\?"(?: \(\d+\))?|Out of range value for column '[^']+'|Failed to read auto-increment value|integer out of range/i;
const MIGRATION =
  /Validate failed: Migrations? (?:have failed validation|checksum mismatch)[^"\\]{0,80}|Migration checksum mismatch for migration[^"\\]{0,60}|Dirty database version \d+|Can't locate revision identified by '[^']+'|Found non-empty schema.{0,60}without schema history table|Liquibase.{0,40}ValidationFailed[^"\\]{0,60}|pending migrations?\b[^"\\]{0,60}|schema version \S+ (?:is|does)[^"\\]{0,60}|Schema-validation: (?:missing|wrong)[^"\\]{0,80}/i;

function read(line: string): Mismatch | null {
  const text = STRUCTURE.exec(line)?.[0] ?? MIGRATION.exec(line)?.[0];
  return text ? { key: 'schema', text } : null;
}

function report(snapshot: Snapshot, group: PodGroup<LogHit<Mismatch>>): Finding {
  const [hit] = group.entries;
  const { pod, view, match, since } = hit;
  const change = suspectChange(snapshot, group.subject, /image|env|args|command/, since);
  const job = change ? undefined : migrationBefore(snapshot, pod.metadata.namespace ?? '', since);
  const said = quote(citeHit(hit), match.text);
  const ran = job ? `, since ${formatSubject(subjectOf(job))} changed it` : '';
  return logFinding(group, {
    code: CODE,
    category: 'schema-mismatch',
    strength: change || job ? 0.92 : 0.85,
    says: `${formatSubject(group.subject)} expects a structure its data service does not have${ran}${said === '' ? '' : `: ${said}`}`,
    evidence: [
      citePodSpec(snapshot, pod, `${view.specPath}.image`),
      ...(change ? [change.evidence] : []),
      ...(job ? [citeField(job, 'status.completionTime')] : []),
    ],
    ...(job ? { actor: subjectOf(job) } : {}),
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      ...rollback(group.subject),
      {
        action: 'none',
        risk: 'R0',
        statement: 'Let a person decide which migration is missing; data must not be altered automatically',
        preconditions: [],
        undo: 'None needed',
      },
    ],
  });
}
