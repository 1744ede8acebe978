import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import { citeField, citeLog } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { LogLine, LogStream } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { dataServiceOf, isServer, type Product } from '../_shared/dependencies.ts';
import { type FailedConnection, failedConnections } from '../_shared/failed-connections.ts';
import { distinct } from '../_shared/log-finding.ts';
import { citeHit, effectOf } from '../_shared/log-hits.ts';
import { isReady } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';

// Words by which drivers give themselves away, also when they do not say whom they called.
const DRIVERS: readonly (readonly [Product, RegExp])[] = [
  ['mysql', /mysql|mariadb/i],
  ['postgres', /postgres|psycopg|\bpgx?:|\bpq:/i],
  ['mongo', /mongo/i],
  ['rabbitmq', /rabbit|\bamqp\b/i],
  ['kafka', /kafka/i],
  ['redis', /redis|lettuce|jedis/i],
];
// The driver's own message stands above the cause it gives.
const LINES_ABOVE = 15;
// A program that lives must be refused again and again.
const GOES_ON = 5;

/** Consumers that keep ending because they are refused by a data service that is well: they must call something else. */
export function refusedByHealthy(snapshot: Snapshot, code: string, known: ReadonlySet<string>): readonly Finding[] {
  const found = new Map<string, Finding>();
  const refused = failedConnections(snapshot).filter(
    ({ error, hit }) =>
      error.mode === 'refused' && error.host === null && (hit.mode !== 'running' || hit.count >= GOES_ON),
  );
  const callers = new Set(refused.map(({ caller }) => subjectKey(caller)));
  for (const failure of refused) {
    const key = subjectKey(failure.caller);
    // Refused together, they share a cause that is not the address of one of them.
    if (known.has(key) || found.has(key) || callers.size > 2) continue;
    const finding = judge(snapshot, code, failure);
    if (finding) found.set(key, finding);
  }
  return [...found.values()];
}

function judge(snapshot: Snapshot, code: string, { caller, hit }: FailedConnection): Finding | null {
  const driver = driverAt(hit.stream, hit.line);
  if (!driver || isServer(snapshot, caller, driver.product)) return null;
  const server = dataServiceOf(snapshot, caller, driver.product);
  const pods = server ? snapshot.topology.pods.ofComponent(server.workload) : [];
  const [pod] = pods;
  if (!server || !pod || !pods.every(isReady)) return null;
  const change = suspectChange(snapshot, caller, /env|args|command|volumes/, hit.since);
  return {
    code,
    subject: caller,
    category: 'dependency-address-wrong',
    role: 'cause',
    layer: 'state',
    strength: change ? 0.8 : 0.66,
    statement: `${formatSubject(caller)} is refused although ${formatSubject(server.workload)}, the server it needs, is Ready: it calls a wrong host or port; ${effectOf(hit)}`,
    evidence: distinct([
      citeLog(hit.stream, driver.line),
      ...citeHit(hit),
      citeField(pod, 'status.conditions[type=Ready].status'),
      ...(change ? [change.evidence] : []),
    ]),
    since: hit.since,
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit('patch-env', 'R2', `Correct the address of ${formatSubject(server.workload)} in ${formatSubject(caller)}`),
      ...(change ? rollback(caller, 'R1') : []),
    ],
  };
}

function driverAt(stream: LogStream, line: LogLine): { product: Product; line: LogLine } | null {
  const near = stream.lines
    .filter(({ n, text }) => n <= line.n && n >= line.n - LINES_ABOVE && !/^\s|^at /.test(text))
    .reverse();
  for (const candidate of near) {
    const product = DRIVERS.find(([, words]) => words.test(candidate.text))?.[0];
    if (product) return { product, line: candidate };
  }
  return null;
}
