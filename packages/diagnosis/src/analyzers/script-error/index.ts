import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer } from '../../finding.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { type LogMatch, logHits } from '../_shared/log-hits.ts';
import { configAt } from '../_shared/mounted-config.ts';
import { groupByRoot } from '../_shared/pod-groups.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { lastChange, suspectChange } from '../_shared/suspect-change.ts';

const CODE = 'container/script-error';

/** Containers whose start script or program does not parse, or uses what its interpreter does not know. */
export const analyzer: Analyzer = {
  name: 'script-error',
  codes: { [CODE]: 'A container ends because its script has an error its interpreter cannot get past.' },
  reads: ['Pod', 'Deployment', 'ConfigMap', 'logs'],
  analyze(snapshot) {
    const hits = logHits(snapshot, read).filter(({ mode }) => mode === 'crash');
    return groupByRoot(snapshot, hits, ({ view }) => view.name).map((group) => {
      const { pod, view, match, since } = group.entries[0];
      const source = match.file === null ? null : configAt(snapshot, pod, view, match.file);
      const inMap = source?.object && source.key !== null ? source : null;
      const change = source
        ? lastChange(snapshot, source.subject, since)
        : suspectChange(snapshot, group.subject, /\.(command|args|image)$/, since);
      const where = inMap ? `, which comes from ${formatSubject(inMap.subject)}` : '';
      return logFinding(group, {
        code: CODE,
        category: 'script-error',
        strength: inMap ? 0.95 : 0.9,
        subject: source ? source.subject : group.subject,
        aliases: [group.subject],
        affects: [group.subject],
        says: `Container \`${view.name}\` of ${formatSubject(group.subject)} stops at an error in its script${where}: \`${match.text}\``,
        evidence: [...(source ? [citeField(pod, source.mount.path)] : []), ...(change ? [change.evidence] : [])],
        ...(change ? { change: change.change.id } : {}),
        remediation: source
          ? [
              edit(
                'patch-configmap',
                'R2',
                `Restore the last working script in ${formatSubject(source.subject)} and restart ${formatSubject(group.subject)}`,
              ),
            ]
          : rollback(group.subject),
      });
    });
  },
};

interface ScriptError extends LogMatch {
  readonly text: string;
  readonly file: string | null;
}

const PATTERNS: readonly RegExp[] = [
  /syntax error near unexpected token .{1,12}|syntax error: unexpected .{1,60}|Syntax error: .{1,60}|syntax error: unterminated quoted string|unexpected end of file/i,
  /unexpected EOF while looking for matching \S+/,
  /: (?:bad substitution|ambiguous redirect|\[: .{0,40}(?:operator|argument)s? expected|numeric argument required)/i,
  /^(?:\w+\.)?(?:SyntaxError|IndentationError|TabError): .{1,120}/,
  /^PHP Parse error: .{1,160}|syntax error at \S+ line \d+, near .{1,60}|\(SyntaxError\)/,
  /\$'\\r': command not found|\/bin\/(?:ba)?sh\^M: bad interpreter|bad interpreter: .{1,80}/,
];
// Databases and JSON parsers say "syntax error" of what they were given, not of a script.
const FOREIGN =
  /in your SQL syntax|syntax error at or near|JSON|SQLSTATE|sqlalchemy|psycopg|ORA-\d+|PromQL|GraphQL|regular expression/i;

// A word without which no expression matches: most lines end here.
const HINT =
  /syntax ?error|expected|bad substitution|ambiguous redirect|numeric argument|IndentationError|TabError|parse error|command not found|bad interpreter/i;

function read(line: string): ScriptError | null {
  if (!HINT.test(line) || FOREIGN.test(line)) return null;
  for (const pattern of PATTERNS) {
    const text = pattern.exec(line)?.[0];
    if (text) return { key: 'script', text: text.replace(/`/g, "'").replace(/^: /, ''), file: fileOf(line) };
  }
  return null;
}

function fileOf(line: string): string | null {
  return /(\/[\w./-]+?)(?:: (?:line )?\d+|:\d+|: -c|: )/.exec(line)?.[1] ?? null;
}
