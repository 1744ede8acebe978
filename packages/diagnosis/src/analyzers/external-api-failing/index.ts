import { formatSubject, subjectKey } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { sharedConnectionError } from '../../topology/connection-errors.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { hostsIn, isAddress } from '../../topology/host-references.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { distinct } from '../_shared/log-finding.ts';
import { citeHit, effectOf, type LogHit, type LogMatch, logHits } from '../_shared/log-hits.ts';
import { rootOf } from '../_shared/workloads.ts';
import { failedCallsOutside, reportCalls } from './from-spans.ts';

const CODE = 'dependency/external-api-failing';

/** Hosts outside the cluster that answer with errors, refuse for rate, or do not answer. */
export const analyzer: Analyzer = {
  name: 'external-api-failing',
  codes: { [CODE]: 'An external host answers errors, limits the rate, or does not answer.' },
  reads: ['Pod', 'Service', 'logs', 'traces'],
  analyze(snapshot) {
    const hits = logHits(snapshot, (line) => read(snapshot, line), { atLeast: 5, minShare: 0.02 }).filter(
      ({ pod, match }) => isOutside(snapshot, match.host, pod.metadata.namespace ?? ''),
    );
    const silent = new Set(hits.filter(({ match }) => match.status === null).map(({ match }) => match.host));
    // Several hosts that do not answer are a way out that is closed, not several hosts that are down.
    const wanted = hits.filter(({ match }) => match.status !== null || silent.size === 1);
    const heard = new Set(hits.map(({ match }) => match.host));
    const traced = failedCallsOutside(snapshot, (host, namespace) => isOutside(snapshot, host, namespace));
    return [
      ...[...Map.groupBy(wanted, ({ match }) => match.host).entries()]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([host, group]) => report(snapshot, host, group)),
      ...traced
        .filter(({ host, status }) => !heard.has(host) && (status !== null || traced.length === 1))
        .map((calls): Finding => ({ code: CODE, ...reportCalls(calls), remediation: remedies(calls.host) })),
    ];
  },
};

interface ExternalFailure extends LogMatch {
  readonly host: string;
  /** What the host answered; null when it did not. */
  readonly status: string | null;
}

const ANSWERS =
  /\b(?:status(?:[ _]?code)?|HTTP(?:\/[\d.]+)?|code|returned|response|responded with|error)["']?[ :=]+["']?(429|5\d\d)\b|\b(429|50[0234])[ :]+(?:Too Many Requests|Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)|(too many requests|rate.?limit(?:ed| exceeded| reached)|quota exceeded|over (?:the )?(?:request )?quota)/i;

// A connection that was never made brings no answer.
const CONNECTING =
  /\bdial (?:tcp|udp)\b.*timeout|\bconnect ETIMEDOUT\b|ConnectTimeout|\bconnect(?:ion)?(?: to \S+)? timed out/i;

function read(snapshot: Snapshot, line: string): ExternalFailure | null {
  const failed = sharedConnectionError(snapshot, line);
  // Then the code on the line is what the caller itself answered.
  const reached =
    failed === null || !(/^(?:not-found|refused|unreachable)$/.test(failed.mode) || CONNECTING.test(line));
  const answer = reached ? ANSWERS.exec(line) : null;
  const status = answer?.slice(1).find((group) => group !== undefined) ?? null;
  const error = status === null ? failed : null;
  // A name that does not resolve is misspelt or a matter of DNS.
  if (status === null && (!error || !/^(?:timeout|refused|reset|unreachable)$/.test(error.mode))) return null;
  const named = hostsIn(line).find(
    (reference) => reference.host.includes('.') && !isAddress(reference.host) && isCalled(line, reference.host),
  )?.host;
  const host = named ?? (error?.host && isCalled(line, error.host) ? error.host : undefined);
  return host ? { key: host, host, status } : null;
}

// A line may also name where to read more about its failure; a target stands behind a verb or a word for it.
function isCalled(line: string, host: string): boolean {
  const ahead = line.slice(0, line.toLowerCase().indexOf(host));
  // A scheme and credentials hold no blank; looking for their beginning tries every character.
  const word = ahead.lastIndexOf(' ') + 1;
  const before = ahead.slice(0, word) + ahead.slice(word).replace(/(?:\w+:\/\/)?(?:[^\s/@"']*@)?$/, '');
  if (/(?:see|visit|info(?:rmation)?|more|read|refer|docs?|help|look at|article)\b[^.;]{0,40}$/i.test(before))
    return false;
  return /(?:\b(?:get|post|put|patch|delete|head|request(?:ing|ed|s)?|call(?:ing|ed)?|connect(?:ing|ion)?|fetch(?:ing)?|url|uri|host|endpoint|upstream|server|provider|api|from|to|for|dial(?:ing)?|lookup)|^)\W{0,10}$/i.test(
    before,
  );
}

function isOutside(snapshot: Snapshot, host: string, namespace: string): boolean {
  if (isAddress(host) || !host.includes('.') || resolveHost(snapshot, host, namespace)) return false;
  return !/\.(?:svc|local|internal|cluster|lan|localdomain|test)$|\.svc\./.test(host);
}

function report(snapshot: Snapshot, host: string, hits: readonly LogHit<ExternalFailure>[]): Finding {
  const callers = [
    ...new Map(hits.map(({ pod }) => [subjectKey(rootOf(snapshot, pod)), rootOf(snapshot, pod)])).values(),
  ];
  const [first, second] = hits;
  const evidence = [...(first ? citeHit(first) : []), ...(second ? citeHit(second) : [])];
  const status = first?.match.status ?? null;
  return {
    code: CODE,
    subject: { kind: 'ExternalService', name: host },
    category: 'external-api-failing',
    role: 'cause',
    layer: 'dependency',
    strength: status === null ? 0.65 : 0.75,
    statement: `${callers.map(formatSubject).join(', ')} calls \`${host}\`, outside the cluster, which ${status === null ? 'does not answer' : `answers \`${status}\``}${first ? `; ${effectOf(first)}` : ''}`,
    evidence: distinct(evidence),
    aliases: callers,
    affects: callers,
    since: first?.since ?? null,
    remediation: remedies(host),
  };
}

function remedies(host: string): NonNullable<Finding['remediation']> {
  return [
    {
      action: 'none',
      risk: 'R0',
      statement: `Ask the provider of ${host}, or switch the feature that needs it to its fallback`,
      preconditions: [],
      undo: 'None needed',
    },
  ];
}
