import type { Product } from './dependencies.ts';
import { type LogHit, type LogMatch, logHits } from './log-hits.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

/** A login or permission that a data service refused, as a log line tells it. */
export interface CredentialError extends LogMatch {
  readonly product: Product | null;
  /** The account that was refused, when the line names it. */
  readonly user: string | null;
  /** The address of the client, as servers log it. */
  readonly client: string | null;
  readonly text: string;
}

interface Pattern {
  readonly product: Product | null;
  readonly test: RegExp;
  readonly user?: RegExp;
  readonly client?: RegExp;
}

const PATTERNS: readonly Pattern[] = [
  {
    product: 'mysql',
    test: /Access denied for user .{0,80}/i,
    user: /for user \\?['"]?([^'"@\\\s]+)/i,
    client: /@\\?'(\d{1,3}(?:\.\d{1,3}){3})/,
  },
  {
    product: 'postgres',
    test: /(?:password|Peer|Ident|SCRAM|SASL|LDAP) authentication failed for user \\?"[^"\\]+\\?"|role \\?"[^"\\]+\\?" does not exist|no pg_hba\.conf entry for host .{0,80}|no password supplied|permission denied for (?:table|relation|schema|database|sequence|view) \S+|\b28P01\b|\b28000\b/i,
    user: /(?:user|role) \\?"([^"\\]+)/i,
    client: /for host \\?"(\d{1,3}(?:\.\d{1,3}){3})/,
  },
  {
    product: 'redis',
    test: /WRONGPASS[^"\\]{0,80}|NOAUTH[^"\\]{0,40}|ERR invalid password|ERR AUTH <?password>? called without any password|invalid username-password pair|\bNOPERM\b[^"\\]{0,60}/,
  },
  {
    product: 'mongo',
    test: /\bAuthenticationFailed\b.{0,60}|MongoServerError: Authentication failed|SCRAM authentication failed.{0,60}|not authorized on \S+ to execute command.{0,40}|auth error: .{0,60}sasl conversation error.{0,60}/i,
    user: /(?:principalName|user)\\?"?:? ?\\?"([^"\\]+)/,
  },
  {
    product: 'rabbitmq',
    test: /ACCESS_REFUSED.{0,80}|Login was refused using authentication mechanism \w+|PLAIN login refused: user '[^']+'/,
    user: /user '([^']+)'/,
  },
  {
    product: 'kafka',
    test: /SaslAuthenticationException.{0,80}|SASL authentication (?:failed|error).{0,60}|(?:Topic|Group|Cluster)AuthorizationException.{0,80}/,
  },
  { product: 'sqlserver', test: /Login failed for user '[^']+'/i, user: /for user '([^']+)'/i },
  { product: 'oracle', test: /ORA-01017[^"\\]{0,60}|ORA-28000[^"\\]{0,60}|ORA-28001[^"\\]{0,60}/ },
  {
    product: 'elasticsearch',
    test: /unable to authenticate user \[[^\]]+\]|missing authentication credentials for REST request/i,
    user: /user \[([^\]]+)\]/,
  },
  {
    product: 'cassandra',
    test: /Provided username \S+ and\/or password are incorrect|AuthenticationException: .{0,60}password/i,
    user: /username (\S+) and/,
  },
];

// A word without which no expression matches: most lines end here.
const HINT =
  /denied|authenticat|password|login|does not exist|pg_hba|28P01|28000|WRONGPASS|NOAUTH|NOPERM|not authorized|auth error|ACCESS_REFUSED|AuthorizationException|ORA-/i;

/** Reads a line that says a data service refused a login. */
export function readCredentialError(line: string): CredentialError | null {
  if (!HINT.test(line)) return null;
  for (const { product, test, user, client } of PATTERNS) {
    const text = test.exec(line)?.[0];
    if (text === undefined) continue;
    // Containers without a login shell say "role does not exist" of cloud roles too; a database line has no such prefix.
    if (product === 'postgres' && /assume ?role|iam/i.test(line)) return null;
    const name = user?.exec(line)?.[1] ?? null;
    return { key: product ?? '', product, user: name, client: client?.exec(line)?.[1] ?? null, text: text.trim() };
  }
  return null;
}

/** Every refused login that logs show to go on now. */
export const credentialHits = perSnapshot((snapshot): readonly LogHit<CredentialError>[] =>
  logHits(snapshot, readCredentialError),
);
