import type { ClientBase } from 'pg';
import { z } from 'zod';
import type { Database } from '../schema.ts';

export interface BackedUpTable {
  readonly name: string;
  /** The columns a value is written to: not the generated ones. */
  readonly columns: readonly string[];
  /** Those of them that are jsonb. */
  readonly json: readonly string[];
}

// A record, so that a table added to the schema and forgotten here does not compile.
const TABLES: Readonly<Record<keyof Database, true>> = {
  alert: true,
  alert_episode: true,
  api_token: true,
  app_user: true,
  audit: true,
  comment: true,
  conversation: true,
  conversation_turn: true,
  diagnosis: true,
  event: true,
  event_cursor: true,
  evidence: true,
  idempotency_key: true,
  incident: true,
  incident_key: true,
  instance_secret: true,
  journal_cluster: true,
  journal_content: true,
  journal_object: true,
  journal_version: true,
  maintenance: true,
  outbox: true,
  recall_document: true,
  remediation: true,
  role_binding: true,
  session: true,
  sign_in_throttle: true,
  stream_ticket: true,
  vote: true,
};

export const TABLE_NAMES = Object.keys(TABLES).sort();

/** Jobs that are not done travel with the rest; the queue's own book-keeping is made anew. */
export const JOB_TABLE = 'pgboss.job';
export const UNFINISHED_JOBS = `state in ('created', 'retry', 'active')`;

const Column = z.object({ name: z.string(), json: z.boolean() });

/** A table as the connected database has it; undefined when it has no such table. */
export async function describeTable(client: ClientBase, name: string): Promise<BackedUpTable | undefined> {
  const result = await client.query(
    `select quote_ident(attname) as name, atttypid = 'jsonb'::regtype as json from pg_attribute
      where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [name],
  );
  const found = result.rows.map((row) => Column.parse(row));
  if (found.length === 0) return undefined;
  const columns = found.map((column) => column.name);
  return { name, columns, json: found.filter((column) => column.json).map((column) => column.name) };
}
