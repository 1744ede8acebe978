import type { Scene } from '@headwater/testkit/world/scene.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { type Failure, runtimeOf } from './runtimes.ts';

export interface DatabaseCall {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The address of the calling pod, as MySQL names it. */
  readonly from?: string;
}

type Words = Readonly<Record<'go' | 'java' | 'python' | 'node', Failure>>;

function spoken(scene: Scene, workload: Workload, words: { postgres: Words; mysql: Words }): Failure {
  return words[scene.cast.engines.database][runtimeOf(workload)];
}

/** The login is turned away. */
export function accessDenied(scene: Scene, workload: Workload, call: DatabaseCall): Failure {
  const { host, address, port, user, from = '%' } = call;
  const pg = `password authentication failed for user "${user}"`;
  const my = `Access denied for user '${user}'@'${from}' (using password: YES)`;
  return spoken(scene, workload, {
    postgres: {
      go: {
        message: `failed to connect to \`user=${user} database=app\`: ${address}:${port} (${host}): failed SASL auth: FATAL: ${pg} (SQLSTATE 28P01)`,
      },
      java: { message: `org.postgresql.util.PSQLException: FATAL: ${pg}` },
      python: {
        message: `psycopg2.OperationalError: connection to server at "${host}" (${address}), port ${port} failed: FATAL:  ${pg}`,
      },
      node: { message: `error: ${pg}` },
    },
    mysql: {
      go: { message: `Error 1045 (28000): ${my}` },
      java: { message: `java.sql.SQLException: ${my}` },
      python: { message: `pymysql.err.OperationalError: (1045, "${my}")` },
      node: { message: `Error: ${my}` },
    },
  });
}

/** Nobody listens where the client knocks. */
export function connectionRefused(scene: Scene, workload: Workload, call: DatabaseCall): Failure {
  const { host, address, port, user } = call;
  const dial = `dial tcp ${address}:${port}: connect: connection refused`;
  const node = { message: `Error: connect ECONNREFUSED ${address}:${port}` };
  return spoken(scene, workload, {
    postgres: {
      go: { message: `failed to connect to \`host=${host} user=${user} database=app\`: dial error (${dial})` },
      java: {
        message: `org.postgresql.util.PSQLException: Connection to ${host}:${port} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.`,
        trace: ['Caused by: java.net.ConnectException: Connection refused'],
      },
      python: {
        message: `psycopg2.OperationalError: connection to server at "${host}" (${address}), port ${port} failed: Connection refused`,
        trace: ['\tIs the server running on that host and accepting TCP/IP connections?'],
      },
      node,
    },
    mysql: {
      go: { message: dial },
      java: {
        message: `com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure connecting to jdbc:mysql://${host}:${port}/app`,
        trace: ['Caused by: java.net.ConnectException: Connection refused'],
      },
      python: {
        message: `pymysql.err.OperationalError: (2003, "Can't connect to MySQL server on '${host}:${port}' ([Errno 111] Connection refused)")`,
      },
      node,
    },
  });
}

/** The server accepts no more connections. */
export function tooManyConnections(scene: Scene, workload: Workload, call: DatabaseCall): Failure {
  const { host, address, port, user } = call;
  const pg = scene.random.pick('slots', [
    'sorry, too many clients already',
    'remaining connection slots are reserved for roles with the SUPERUSER attribute',
  ]);
  return spoken(scene, workload, {
    postgres: {
      go: {
        message: `failed to connect to \`user=${user} database=app\`: ${address}:${port} (${host}): server error: FATAL: ${pg} (SQLSTATE 53300)`,
      },
      java: { message: `org.postgresql.util.PSQLException: FATAL: ${pg}` },
      python: {
        message: `psycopg2.OperationalError: connection to server at "${host}" (${address}), port ${port} failed: FATAL:  ${pg}`,
      },
      node: { message: `error: ${pg}` },
    },
    mysql: {
      go: { message: 'Error 1040 (08004): Too many connections' },
      java: {
        message:
          'java.sql.SQLNonTransientConnectionException: Data source rejected establishment of connection,  message from server: "Too many connections"',
      },
      python: { message: 'pymysql.err.OperationalError: (1040, "Too many connections")' },
      node: { message: 'Error: Too many connections' },
    },
  });
}

/** Writes are refused. */
export function readOnly(scene: Scene, workload: Workload): Failure {
  const pg = 'cannot execute INSERT in a read-only transaction';
  const option = scene.random.pick('read-only-option', ['--read-only', '--super-read-only']);
  const my = `The MySQL server is running with the ${option} option so it cannot execute this statement`;
  return spoken(scene, workload, {
    postgres: {
      go: { message: `ERROR: ${pg} (SQLSTATE 25006)` },
      java: { message: `org.postgresql.util.PSQLException: ERROR: ${pg}` },
      python: { message: `psycopg2.errors.ReadOnlySqlTransaction: ${pg}` },
      node: { message: `error: ${pg}` },
    },
    mysql: {
      go: { message: `Error 1290 (HY000): ${my}` },
      java: { message: `java.sql.SQLException: ${my}` },
      python: { message: `pymysql.err.OperationalError: (1290, '${my}')` },
      node: { message: `Error: ${my}` },
    },
  });
}

/** A statement waited too long for a lock or was cancelled by its timeout. */
export function lockTimeout(scene: Scene, workload: Workload): Failure {
  const pg = scene.random.pick('lock-words', [
    'canceling statement due to lock timeout',
    'canceling statement due to statement timeout',
  ]);
  const my = 'Lock wait timeout exceeded; try restarting transaction';
  return spoken(scene, workload, {
    postgres: {
      go: { message: `ERROR: ${pg} (SQLSTATE ${pg.includes('lock') ? '55P03' : '57014'})` },
      java: { message: `org.postgresql.util.PSQLException: ERROR: ${pg}` },
      python: {
        message: `psycopg2.errors.${pg.includes('lock') ? 'LockNotAvailable' : 'QueryCanceled'}: ${pg}`,
      },
      node: { message: `error: ${pg}` },
    },
    mysql: {
      go: { message: `Error 1205 (HY000): ${my}` },
      java: { message: `com.mysql.cj.jdbc.exceptions.MySQLTransactionRollbackException: ${my}` },
      python: { message: `pymysql.err.OperationalError: (1205, '${my}')` },
      node: { message: `Error: ${my}` },
    },
  });
}

/** A column the code asks for is not there. */
export function unknownColumn(scene: Scene, workload: Workload, names: { table: string; column: string }): Failure {
  const pg = `column ${names.table}.${names.column} does not exist`;
  const my = `Unknown column '${names.table}.${names.column}' in 'field list'`;
  return spoken(scene, workload, {
    postgres: {
      go: { message: `ERROR: ${pg} (SQLSTATE 42703)` },
      java: { message: `org.postgresql.util.PSQLException: ERROR: ${pg}` },
      python: { message: `psycopg2.errors.UndefinedColumn: ${pg}` },
      node: { message: `error: ${pg}` },
    },
    mysql: {
      go: { message: `Error 1054 (42S22): ${my}` },
      java: { message: `java.sql.SQLSyntaxErrorException: ${my}` },
      python: { message: `pymysql.err.OperationalError: (1054, "${my}")` },
      node: { message: `Error: ${my}` },
    },
  });
}
