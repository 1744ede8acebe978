import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { failuresOf } from '../_shared/failed-connections.ts';
import { distinct } from '../_shared/log-finding.ts';
import { citeHit, effectOf, type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { isInTrouble, isNamespaceInTrouble, isReportedIn, unreadyPod } from '../_shared/trouble.ts';
import { rootOf } from '../_shared/workloads.ts';
import { refusedByHealthy } from './refused-by-healthy.ts';
import { type WrongAddress, wrongAddresses } from './wrong-addresses.ts';

const CODE = 'dependency/address-wrong';
const DATABASE_PORT = 'dependency/database-port-wrong';
const REFUSED = 'dependency/database-refused';

/** Workloads whose configuration names a dependency by a host or port that does not exist, beside one that does. */
export const analyzer: Analyzer = {
  name: 'dependency-address',
  codes: {
    [CODE]: 'A workload is configured with a host or port of a dependency that does not exist.',
    [DATABASE_PORT]: 'A workload is configured with a port that its database does not have.',
    [REFUSED]: 'A workload keeps ending because it is refused, while the data service it needs is Ready.',
  },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Service', 'ConfigMap', 'logs'],
  analyze(snapshot) {
    const wrong = wrongAddresses(snapshot);
    const hits = wrong.length === 0 ? [] : logHits(snapshot, reader(wrong), { atLeast: 1 });
    const byCaller = Map.groupBy(hits, ({ pod, match }) => `${subjectKey(rootOf(snapshot, pod))} ${match.key}`);
    const findings = wrong.flatMap((address) => {
      const said = address.tokens.flatMap((token) => byCaller.get(`${subjectKey(address.caller)} ${token}`) ?? []);
      return judge(snapshot, address, said[0] ?? unnamedFailure(snapshot, address)) ?? [];
    });
    const distinctly = new Map(
      findings.map((finding) => [`${subjectKey(finding.subject)} ${finding.statement}`, finding]),
    );
    const known = new Set(findings.flatMap(({ subject, affects }) => [subject, ...(affects ?? [])].map(subjectKey)));
    return [...distinctly.values(), ...refusedByHealthy(snapshot, REFUSED, known)];
  },
};

function reader(wrong: readonly WrongAddress[]): (line: string) => LogMatch | null {
  const tokens = [...new Set(wrong.flatMap((address) => address.tokens))].sort(
    (left, right) => right.length - left.length,
  );
  return (line) => {
    const text = line.toLowerCase();
    const token = tokens.find((candidate) => text.includes(candidate) && isWhole(text, candidate));
    return token === undefined ? null : { key: token };
  };
}

// `db` inside `db-primary` is another host.
function isWhole(text: string, token: string): boolean {
  const at = text.indexOf(token);
  return !/[\w-]/.test(text[at - 1] ?? '') && !/[\w-]/.test(text[at + token.length] ?? '');
}

// Drivers often say only that they were refused, not by whom; of a caller with one wrong address that is it.
function unnamedFailure(snapshot: Snapshot, { caller }: WrongAddress): LogHit<LogMatch> | undefined {
  const failures = failuresOf(snapshot, caller).filter(
    ({ error, hit }) => error.host === null && hit.mode !== 'running',
  );
  return failures.find(({ error }) => /^(?:refused|timeout|not-found|unreachable)$/.test(error.mode))?.hit;
}

function judge(snapshot: Snapshot, address: WrongAddress, hit: LogHit<LogMatch> | undefined): Finding | null {
  const { caller, subject, words, evidence, target } = address;
  const change = suspectChange(snapshot, subject, address.changePath, hit?.since ?? null);
  const unready = unreadyPod(snapshot, caller);
  const strength = strengthOf(snapshot, address, {
    hit,
    changed: change !== undefined,
    unready: unready !== undefined,
  });
  if (strength === null) return null;
  const effect = hit ? `; ${effectOf(hit)}` : '';
  return {
    code: address.isDatabasePort ? DATABASE_PORT : CODE,
    subject,
    category: 'dependency-address-wrong',
    role: 'cause',
    layer: 'state',
    strength,
    statement: `${formatSubject(caller)} is configured to call ${words}${effect}`,
    evidence: distinct([
      ...evidence,
      ...(hit ? citeHit(hit) : unready ? [unready.evidence] : []),
      ...(change ? [change.evidence] : []),
    ]),
    aliases: subjectKey(subject) === subjectKey(caller) ? [] : [caller],
    affects: [caller],
    since: hit?.since ?? null,
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit(
        subject.kind === 'ConfigMap' ? 'patch-configmap' : 'patch-env',
        'R2',
        `Point ${formatSubject(caller)} at ${target}`,
        ['The dependency itself answers other callers'],
      ),
      ...(change ? rollback(caller, 'R1') : []),
    ],
  };
}

interface Signs {
  readonly hit: LogHit<LogMatch> | undefined;
  readonly changed: boolean;
  readonly unready: boolean;
}

// A dangling address alone may be a feature nobody uses; it needs an effect, or a reported incident and a close match.
function strengthOf(
  snapshot: Snapshot,
  { caller, kind, near }: WrongAddress,
  { hit, changed, unready }: Signs,
): number | null {
  if (hit) return near || changed ? 0.95 : null;
  if (!near) return null;
  if (changed || unready) return 0.85;
  if (isInTrouble(snapshot, caller)) return 0.8;
  if (isReportedIn(snapshot, caller.namespace ?? '') || isNamespaceInTrouble(snapshot, caller.namespace ?? ''))
    return kind === 'port' ? 0.75 : 0.7;
  return null;
}
