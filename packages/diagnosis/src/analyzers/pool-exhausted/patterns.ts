import type { Product } from '../_shared/dependencies.ts';
import type { LogMatch } from '../_shared/log-hits.ts';

export interface Exhausted extends LogMatch {
  /** Whose limit it is: the server's number of connections, or the client's pool. */
  readonly side: 'server' | 'client';
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

/** Reads a line that says connections have run out. */
export function readExhausted(line: string): Exhausted | null {
  for (const [product, pattern] of SERVER) {
    const text = pattern.exec(line)?.[0];
    if (text) return { key: 'server', side: 'server', product, text };
  }
  const text = CLIENT.exec(line)?.[0];
  return text ? { key: 'client', side: 'client', product: null, text } : null;
}
