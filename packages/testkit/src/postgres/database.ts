import { randomBytes } from 'node:crypto';
import { type Connection, connect, type DatabaseAddress } from '@headwater/adapters/postgres/connect.ts';
import { createJobs, type Jobs } from '@headwater/adapters/postgres/jobs/jobs.ts';
import { createStore } from '@headwater/adapters/postgres/store.ts';
import type { Store } from '@headwater/engine/ports/store.ts';
import { afterAll, beforeAll } from 'vitest';
import { type Engine, TEMPLATE, TEST_USER, testServer } from './server.ts';

export interface TestDatabase extends Connection {
  readonly address: DatabaseAddress;
  /** The same database as a URL, for a process that takes HEADWATER_DATABASE_URL. */
  readonly url: string;
  readonly store: Store;
  readonly jobs: Jobs;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

/** A fresh, migrated database of its own on PostgreSQL of that version. */
export async function openTestDatabase(engine: Engine): Promise<TestDatabase> {
  return openDatabase(engine, TEMPLATE);
}

/** A fresh database without any table. */
export async function openEmptyDatabase(engine: Engine): Promise<TestDatabase> {
  return openDatabase(engine, 'template1');
}

/** Opens a migrated database for the tests of the enclosing `describe`; call the result inside a test. */
export function useDatabase(engine: Engine): () => TestDatabase {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  afterAll(async () => {
    await database?.close();
    database = undefined;
  });
  return () => {
    if (!database) throw new Error('the test database is open only while tests run');
    return database;
  };
}

async function openDatabase(engine: Engine, template: string): Promise<TestDatabase> {
  const socketDirectory = await testServer(engine);
  const name = `t_${randomBytes(6).toString('hex')}`;
  await asAdmin(socketDirectory, `create database ${name} template ${template}`);
  const address = { socketDirectory, user: TEST_USER, database: name };
  const connection = connect({ address });
  const jobs = createJobs(connection.pool, () => undefined);
  return {
    ...connection,
    address,
    url: `postgres://${TEST_USER}@localhost/${name}?host=${encodeURIComponent(socketDirectory)}`,
    jobs,
    store: createStore({ db: connection.db, random: Math.random, jobs: jobs.sender }),
    close: async () => {
      await jobs.close();
      await connection.close();
      await asAdmin(socketDirectory, `drop database if exists ${name} with (force)`);
    },
  };
}

async function asAdmin(socketDirectory: string, statement: string): Promise<void> {
  const { pool, close } = connect({ address: { socketDirectory, user: TEST_USER, database: 'postgres' } });
  try {
    await pool.query(statement);
  } finally {
    await close();
  }
}
