import type { Product } from '../_shared/dependencies.ts';
import type { LogMatch } from '../_shared/log-hits.ts';

export interface Exhausted extends LogMatch {
  /** Whose limit it is: the server's number of connections, the client's pool, or a program's own workers. */
  readonly side: 'server' | 'client' | 'workers';
  readonly product: Product | null;
  readonly text: string;
}

const SERVER: readonly (readonly [Product | null, RegExp])[] = [
  [
    'postgres',
    /remaining connection slots are reserved[^"\\]{0,60}|sorry, too many clients already|too many connections for (?:role|database) \\?"[^"\\]+|no more connections allowed \(max_client_conn\)/i,
  ],
  [
    'mysql',
    /(?:ERROR 1040|Error 1040)[^"]{0,60}|User \S+ already has more than 'max_user_connections' active connections|Too many connections/i,
  ],
  ['redis', /max number of clients reached/i],
  ['mongo', /connection refused because too many open connections/i],
  ['sqlserver', /maximum number of \S+ user connections/i],
  ['oracle', /ORA-00018[^"\\]{0,60}|ORA-12516[^"\\]{0,60}|ORA-12519[^"\\]{0,60}/],
];
const CLIENT =
  /Connection is not available, request timed out after \d+ ?ms|QueuePool limit of size \d+ overflow \d+ reached|Timeout acquiring a connection\. The pool is probably full|(?:connection )?pool (?:is )?(?:exhausted|full|timed out)\b|pool exhausted|Timeout waiting for (?:idle object|connection from pool)|ConnectionPoolTimeoutException|MongoWaitQueueFull\w*|WaitQueueTimeout\w*|Cannot get a connection, pool error.{0,40}|prior to obtaining a connection from the pool|ResourceRequest timed out|all \d* ?(?:pooled )?connections? (?:are|were) in use|timed out fetching a new connection from the connection pool/i;

const WORKERS =
  /rejected from \S*ThreadPoolExecutor\S*\[Running, pool size = \d+, active threads = \d+, queued tasks = \d+|uWSGI listen queue of socket [^!]{1,60} full[ !]*\(\d+\/\d+\)|(?:all|\d+ of) \d+ (?:workers?|threads?) (?:are )?busy|(?:worker|thread) ?pool (?:is )?(?:exhausted|saturated|full)|server reached (?:pm\.max_children|MaxRequestWorkers|MaxClients) setting[^"\\]{0,40}|\d+ worker_connections are not enough|no (?:free|available|idle) (?:worker|thread)s?\b|The thread pool .{0,40} is exhausted/i;

// A word without which no expression matches: most lines end here.
const HINT =
  /pool|slots|too many|no more connections|1040|max_user_connections|max(?:imum)? number of|ORA-|not available|waiting for|WaitQueue|ResourceRequest|in use|listen queue|busy|server reached|worker_connections|no (?:free|available|idle)/i;

/** Reads a line that says connections or workers have run out. */
export function readExhausted(line: string): Exhausted | null {
  if (!HINT.test(line)) return null;
  for (const [product, pattern] of SERVER) {
    const text = pattern.exec(line)?.[0];
    if (text) return { key: 'server', side: 'server', product, text };
  }
  const workers = WORKERS.exec(line)?.[0];
  if (workers) return { key: 'workers', side: 'workers', product: null, text: workers };
  const text = CLIENT.exec(line)?.[0];
  return text ? { key: 'client', side: 'client', product: null, text } : null;
}
