import { Kysely, PostgresDialect, type PostgresDialectConfig } from 'kysely';
import { type ClientBase, Pool, types } from 'pg';
import { errorMappingDriver } from './driver.ts';
import type { Database } from './schema.ts';

/** Where a PostgreSQL server is: a URL, or the directory of its unix socket. */
export type DatabaseAddress =
  | { readonly url: string }
  | { readonly socketDirectory: string; readonly user: string; readonly database: string };

export interface ConnectOptions {
  readonly address: DatabaseAddress;
  readonly maxConnections?: number;
  /** Shown by the server beside each connection. */
  readonly applicationName?: string;
  /** A connection in the pool failed while nobody used it; it is already replaced. */
  readonly onIdleError?: (error: Error) => void;
}

export interface Connection {
  readonly pool: Pool;
  readonly db: Kysely<Database>;
  readonly close: () => Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
// A process that stopped in the middle of a transaction would keep its locks for ever.
const IDLE_TIMEOUT_MS = 60_000;
// A server that went silent without closing never answers a statement timeout either; this is the client's own limit.
const ANSWER_TIMEOUT_MS = 60_000;

const INT8 = 20;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ = 1184;
const TIMESTAMP = /^(\d{4,6})-(\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d*([+-]\d\d)(?::(\d\d))?(?::\d\d)?$/;

const PARSERS = new Map<number, (text: string) => unknown>([
  [INT8, Number],
  [INT8_ARRAY, parseNumbers],
  [TIMESTAMPTZ, parseTimestamp],
]);

// Per pool, not `types.setTypeParser`: that one is global and would change every other user of the driver.
const parsers = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    const own = format === 'binary' ? undefined : PARSERS.get(oid);
    return own ?? (types.getTypeParser(oid, format) as (text: string) => unknown);
  }) as typeof types.getTypeParser,
};

function parseNumbers(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(Number);
}

/** Milliseconds of PostgreSQL's ISO output in any time zone; infinities as numbers, NaN for years before Christ. */
export function parseTimestamp(text: string): number {
  if (text.endsWith('infinity')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const match = TIMESTAMP.exec(text);
  if (!match) return Number.NaN;
  const [, year = '', day, clock, fraction, hours, minutes] = match;
  // Dates beyond the year 9999 are written with a sign and six digits.
  const signed = year.length > 4 ? `+${year.padStart(6, '0')}` : year;
  return Date.parse(`${signed}-${day}T${clock}${fraction ?? ''}${hours}:${minutes ?? '00'}`);
}

/** The driver's connection settings of an address. */
export function connectionSettings(address: DatabaseAddress): Record<string, string> {
  if ('url' in address) return { connectionString: address.url };
  return { host: address.socketDirectory, user: address.user, database: address.database };
}

/** Opens a pool; nothing is connected until the first query. Its errors are AppError. */
export function connect(options: ConnectOptions): Connection {
  const pool = new Pool({
    ...connectionSettings(options.address),
    max: options.maxConnections ?? 10,
    application_name: options.applicationName ?? 'headwater',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: parsers,
    // A statement rather than a start-up parameter: a pooler in front refuses parameters it does not know.
    onConnect: setTimeouts,
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  // A connection that breaks while it is in use tells its query; unheard, the same error would also end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Database>({ dialect: dialect({ pool }) });
  return { pool, db, close: () => close(pool, db) };
}

// Queued before whatever the connection was opened for; that fails by itself when the connection is broken.
function setTimeouts(client: ClientBase): void {
  const settings = `set statement_timeout = ${STATEMENT_TIMEOUT_MS}; set idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS}`;
  client.query(settings, () => undefined);
}

// Kysely ends the pool only when a query went through it.
async function close(pool: Pool, db: Kysely<Database>): Promise<void> {
  await db.destroy();
  if (!pool.ending) await pool.end();
}

function dialect(config: PostgresDialectConfig): PostgresDialect {
  const postgres = new PostgresDialect(config);
  const createDriver = postgres.createDriver.bind(postgres);
  postgres.createDriver = () => errorMappingDriver(createDriver());
  return postgres;
}
