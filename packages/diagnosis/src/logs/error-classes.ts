import { type ConnectionError, connectionErrorIn } from '../topology/connection-errors.ts';

/** What kind of failure a line tells of, whatever the program and its logger. */
export type ErrorClass =
  | 'authentication'
  | 'bad-flag'
  | 'certificate'
  | 'connection-refused'
  | 'connection-reset'
  | 'missing-file'
  | 'name-resolution'
  | 'out-of-disk'
  | 'permission'
  | 'pool-exhausted'
  | 'port-in-use'
  | 'runtime-memory'
  | 'timeout'
  | 'unreachable'
  | 'exception';

/** The words of a full disk; shared memory is a file system of its own and is meant by `SHARED_MEMORY`. */
export const OUT_OF_DISK =
  /no space left on device|\bENOSPC\b|could not extend file|database or disk is full|disk is full|not enough (?:free )?(?:disk )?space|errno: ?28\b|disk quota exceeded/i;
export const SHARED_MEMORY = /shared memory|\/dev\/shm\b|\bshm_open\b/i;

/** A runtime's own heap is full: its limit, not the container's, was met. */
export const RUNTIME_MEMORY =
  /OutOfMemoryError: (?:Java heap space|GC overhead limit exceeded|Metaspace|Direct buffer memory|Compressed class space|Requested array size)|JavaScript heap out of memory|Reached heap limit|Allowed memory size of \d+ bytes exhausted|System\.OutOfMemoryException|fatal error: runtime: out of memory|runtime: goroutine stack exceeds/i;

type Row = readonly [ErrorClass, RegExp];

// In this order: what names its cause comes before the timeout or refusal it shows as.
const TABLE: readonly Row[] = [
  [
    'runtime-memory',
    new RegExp(
      `${RUNTIME_MEMORY.source}|NoMemoryError|^MemoryError\\b|\\bMemoryError:|memory allocation of \\d+ bytes failed|std::bad_alloc|OOM command not allowed when used memory|OutOfMemoryError: unable to create`,
      'i',
    ),
  ],
  [
    'pool-exhausted',
    /Connection is not available, request timed out|QueuePool limit|acquiring a connection|timed out fetching a new connection from the connection pool|pool (?:is )?(?:exhausted|full|timed out)|WaitQueueTimeout|MongoWaitQueueFull|pool error|obtaining a connection from the pool|connections? (?:are|were) in use|ConnectionPoolTimeout|waiting for (?:idle object|connection from pool)|could not obtain a connection from the pool|too many clients already|remaining connection slots|too many connections|max number of clients reached|no more connections allowed|worker_connections are not enough|pm\.max_children/i,
  ],
  [
    'certificate',
    /x509:|certificate|SSLHandshakeException|\bPKIX\b|CERT_[A-Z_]+|SSL_ERROR_|SSLError|tls: (?:bad|failed|unknown|handshake|first record)|SELF_SIGNED|UNABLE_TO_VERIFY_LEAF|wrong version number|unsupported protocol version/i,
  ],
  [
    'authentication',
    /authentication failed|Authentication ?Failed|Access denied for user|WRONGPASS|\bNOAUTH\b|invalid (?:password|credentials|username|token|api key)|incorrect (?:password|credentials)|Bad credentials|Login failed|Login was refused|ACCESS_REFUSED|no pg_hba\.conf entry|SaslAuthenticationException|SASL authentication|ORA-01017|unable to authenticate|missing authentication credentials|invalid_grant|invalid_client|ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch|\b401\b.{0,40}Unauthorized|status code:? 401|\bUnauthenticated\b|jwt (?:expired|malformed)|token (?:is|has) expired|role \\?"[^"]+\\?" does not exist/i,
  ],
  [
    'port-in-use',
    /EADDRINUSE|address (?:already )?in use|port \d{1,5} (?:is|was) already (?:in use|allocated)|Connection in use: \(|each socket address/i,
  ],
  ['out-of-disk', OUT_OF_DISK],
  [
    'bad-flag',
    /unknown (?:shorthand )?flag|flag provided but not defined|(?:unrecognized|unknown|invalid) (?:command[- ]line )?(?:option|argument)s?\b|No such option|unexpected argument '|bad option: -|unknown command "|Unrecognized VM option|Unrecognised option/i,
  ],
  [
    'permission',
    /permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|is forbidden: User|\b403\b.{0,40}Forbidden|AccessDenied|access denied|PermissionError|PERMISSION_DENIED|PermissionDenied|\bNOPERM\b|not authorized|command denied to user|AuthorizationException|UnauthorizedAccessException|read-only file system|insufficient privileges?/i,
  ],
  [
    'missing-file',
    /no such file or directory|\bENOENT\b|FileNotFound|Cannot find module|ModuleNotFoundError|No module named|ClassNotFoundException|NoClassDefFoundError|cannot load such file|Could not find or load main class|Unable to access jarfile|Could not find file|cannot open shared object file|failed to open stream|Failed opening required|executable file not found/i,
  ],
];

// A message that an exception carries is told by the classes above; what is left is a failure in the program itself.
const EXCEPTION =
  /(?:^|[\s"'[(:|])(?:[\w$]+[.:\\]+)*[A-Z]\w*(?:Exception|Error)\b|^panic: |panicked at|\bTraceback \(most recent|Segmentation fault|undefined method|Uncaught|Unhandled|fatal error: |"panic"|SIGSEGV/;

const OF_CONNECTION: Readonly<Record<ConnectionError['mode'], ErrorClass>> = {
  'not-found': 'name-resolution',
  'no-answer': 'name-resolution',
  refused: 'connection-refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
  reset: 'connection-reset',
  denied: 'permission',
};
// Ways in which another workload shows its trouble; the others are a program's own.
const OF_OTHERS: ReadonlySet<ErrorClass> = new Set([
  'connection-refused',
  'connection-reset',
  'name-resolution',
  'timeout',
  'unreachable',
]);

/** The class of failure a line tells of; null when its words are of none. */
export function errorClassOf(text: string): ErrorClass | null {
  const found = TABLE.find(([, pattern]) => pattern.test(text))?.[0];
  // A lookup or dial that failed names its class in words that also occur in file and permission errors.
  const connection = found === undefined || found === 'permission' ? connectionErrorIn(text) : null;
  if (connection && !(found === 'permission' && connection.mode !== 'refused')) return OF_CONNECTION[connection.mode];
  if (found === 'out-of-disk' && SHARED_MEMORY.test(text)) return 'runtime-memory';
  if (found !== undefined) return found;
  if (OTHER_TROUBLE.test(text)) return 'unreachable';
  return EXCEPTION.test(text) ? 'exception' : null;
}

const OTHER_TROUBLE =
  /\b(?:503|502)\b.{0,30}(?:Service Unavailable|Bad Gateway)|no healthy upstream|socket hang up|\bUNAVAILABLE\b|code = Unavailable/;

/** Whether a class is another workload's trouble told by its caller. */
export function isOfOthers(found: ErrorClass): boolean {
  return OF_OTHERS.has(found);
}
