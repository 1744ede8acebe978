import { formatSubject } from '@headwater/core/subject.ts';
import type { Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { dataServiceOf, isServer, type Product, PRODUCT_NAMES } from '../_shared/dependencies.ts';
import { logFinding } from '../_shared/log-finding.ts';
import { citeHit, type LogHit, type LogMatch, logHits, quote } from '../_shared/log-hits.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { base } from './report.ts';

interface QueryTrouble extends LogMatch {
  /** Null when a client says it without saying of what. */
  readonly product: Product | null;
  readonly text: string;
}

const PATTERNS: readonly (readonly [Product, RegExp])[] = [
  [
    'mysql',
    /Lock wait timeout exceeded|Deadlock found when trying to get lock|Query execution was interrupted, maximum statement execution time exceeded/i,
  ],
  [
    'postgres',
    /deadlock detected|canceling statement due to (?:statement|lock) timeout|could not serialize access|still waiting for \w+Lock/i,
  ],
  ['mongo', /Slow query|WriteConflict|MaxTimeMSExpired|operation exceeded time limit/],
  ['sqlserver', /was deadlocked on lock resources|Lock request time out period exceeded/i],
  ['oracle', /ORA-00060|ORA-00054|ORA-30006/],
  ['elasticsearch', /\[index\.search\.slowlog/],
];

// What frameworks and pools call a statement that took longer than their threshold.
const SLOW = /\bslow (?:sql )?query\b[^"\\]{0,80}|\bSlowQuery\b[^"\\]{0,80}|\bSLOW SQL\b[^"\\]{0,80}/i;

// A word without which no expression matches: most lines end here.
const HINT =
  /slow|dead ?lock|lock (?:wait|request)|execution was interrupted|canceling statement|serialize access|still waiting|WriteConflict|MaxTimeMSExpired|time limit|ORA-/i;

function read(line: string): QueryTrouble | null {
  if (!HINT.test(line)) return null;
  for (const [product, pattern] of PATTERNS) {
    const text = pattern.exec(line)?.[0];
    if (text) return { key: product, product, text };
  }
  const text = SLOW.exec(line)?.[0];
  return text ? { key: 'slow', product: null, text } : null;
}

/** Data services whose clients (or whose own log) keep reporting deadlocks, lock waits and statements cut off. */
export function fromLogs(snapshot: Snapshot): readonly Finding[] {
  const groups = groupByRoot(snapshot, logHits(snapshot, read, { atLeast: 5 }), ({ match }) => match.key);
  return groups.map((group) => report(snapshot, group));
}

function report(snapshot: Snapshot, group: PodGroup<LogHit<QueryTrouble>>): Finding {
  const [hit] = group.entries;
  const products = hit.match.product === null ? PRODUCT_NAMES : [hit.match.product];
  const own = products.some((product) => isServer(snapshot, group.subject, product));
  const [server] = own ? [] : products.flatMap((product) => dataServiceOf(snapshot, group.subject, product) ?? []);
  const subject = server?.workload ?? group.subject;
  const said = quote(citeHit(hit), hit.match.text);
  return logFinding(group, {
    ...base(subject),
    strength: own || server ? 0.8 : 0.68,
    aliases: own || !server ? undefined : [],
    affects: own ? [] : [group.subject],
    says: `queries of ${formatSubject(group.subject)}${server ? ` wait for locks or too long at ${formatSubject(subject)}` : ' wait for locks or too long'}${said === '' ? '' : `: ${said}`}`,
  });
}
