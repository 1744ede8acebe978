import { oncePer } from '../snapshot/once.ts';
import { perSnapshot } from '../snapshot/per-snapshot.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { hostsIn, isAddress } from './host-references.ts';

/**
 * How a connection failed. `not-found`: the name does not exist. `no-answer`: DNS itself failed or timed out.
 * `refused`: nobody listens. `timeout`: packets vanish. `reset`: closed by the other side. `denied`: a proxy refused it.
 */
export type FailureMode = 'not-found' | 'no-answer' | 'refused' | 'timeout' | 'unreachable' | 'reset' | 'denied';

/** A failed connection as a log line tells it, in the words of common runtimes. */
export interface ConnectionError {
  readonly mode: FailureMode;
  /** Null when the line does not say whom it called. */
  readonly host: string | null;
  readonly port: number | null;
}

// In this order: a DNS lookup that timed out also says "timeout", and a refused one is no timeout.
const MODES: readonly (readonly [FailureMode, RegExp])[] = [
  [
    'not-found',
    /no such host|NXDOMAIN|ENOTFOUND|UnknownHost|Name or service not known|nodename nor servname|Name does not resolve|Name has no usable address|host not found in upstream|could not translate host name .*not known|Host not found|Could not resolve host|failed to resolve host|Unknown (?:\w+ )?server host/i,
  ],
  [
    'no-answer',
    /EAI_AGAIN|Temporary failure in name resolution|Try again|lookup \S+(?: on \S+)?: .*(?:timeout|refused|no route)|server misbehaving|SERVFAIL|(?:dns|resolver?).{0,40}(?:timed? ?out|timeout)/i,
  ],
  ['refused', /connection refused|ECONNREFUSED|actively refused|Connect(?:ion)? to \S+ refused/i],
  ['unreachable', /no route to host|EHOSTUNREACH|network is unreachable|ENETUNREACH|host is unreachable/i],
  ['denied', /RBAC: access denied|policy_denied|Access denied by (?:network )?policy/i],
  [
    'timeout',
    /i\/o timeout|timed? ?out|ETIMEDOUT|deadline exceeded|DEADLINE_EXCEEDED|timeout expired|TimeoutException|TimeoutError/i,
  ],
  [
    'reset',
    /connection reset|ECONNRESET|reset by peer|upstream connect error|Connection aborted|closed by (?:the )?remote|connection termination/i,
  ],
];

const NAMED_HOST: readonly RegExp[] = [
  /lookup ([\w.-]+?)\.?(?: on |:|$)/i,
  /(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ECONNRESET) ([\w.-]+?)(?::(\d{1,5}))?(?:[\s"',)]|$)/,
  /UnknownHostException:? ?"?([\w.-]+)/,
  /Unknown (?:\w+ )?server host ["']([\w.-]+)["']/i,
  /(?:translate|resolve)(?: host(?:name)?| name)? ?(?:name)?:? ?["']?([\w.-]*[\w])["']?/i,
  /host not found in upstream "([^":]+)(?::(\d+))?"/,
  /dial (?:tcp|udp)4?(?: \S+->)? ([\w.-]+):(\d{1,5})/i,
  /(?:server|host) (?:at )?["']([\w.-]+)["'](?: \([^)]*\))?,? port (\d{1,5})/i,
  /connect(?:ion)? to ([\w.-]+)(?::| port )(\d{1,5})/i,
  // psycopg and libpq before version 14.
  /host \\?["']([\w.-]+)\\?["'] \([^)]*\) and accepting\s+TCP\/IP connections on port (\d{1,5})/,
  /host=["']?([\w.-]+)["']?,? port=["']?(\d{1,5})/i,
];

// A word that no expression of `MODES` can match without: most lines end here.
const HINT =
  /refus|time|reset|unreach|no route|resol|host|lookup|ENOTFOUND|EAI_AGAIN|ECONN|NXDOMAIN|SERVFAIL|not known|servname|denied|Try again|deadline|misbehaving|upstream|abort|terminat|closed by|usable/i;

/** Reads a failed connection from one log line; null when the line tells of none. */
export function connectionErrorIn(line: string): ConnectionError | null {
  if (!HINT.test(line)) return null;
  const mode = MODES.find(([, pattern]) => pattern.test(line))?.[0];
  if (!mode) return null;
  for (const pattern of NAMED_HOST) {
    const match = pattern.exec(line);
    if (match?.[1] && isHost(match[1]))
      return { mode, host: match[1].toLowerCase(), port: match[2] ? Number(match[2]) : null };
  }
  const reference = hostsIn(line).find(({ host }) => !SOURCE_FILE.test(host));
  return { mode, host: reference?.host ?? null, port: reference?.port ?? null };
}

const readings = perSnapshot(() => oncePer(connectionErrorIn));

/** As `connectionErrorIn`, of a line that several ask about: read once per snapshot. */
export function sharedConnectionError(snapshot: Snapshot, line: string): ConnectionError | null {
  return readings(snapshot)(line);
}

// klog and others print where a line comes from as `controller.go:210`, which looks like a host and its port.
const SOURCE_FILE = /^[\w-]+\.(?:go|py|js|mjs|ts|java|kt|scala|rb|rs|cc?|cpp|cs|php|ex|lua)$/i;

function isHost(text: string): boolean {
  if (SOURCE_FILE.test(text)) return false;
  return isAddress(text) || /^[a-z][\w-]*(?:\.[\w-]+)*$/i.test(text);
}
