import { type RawBuilder, sql } from 'kysely';
import { json } from '../values.ts';

/**
 * Rows as one parameter, read as a table: `recordset(rows, 'v(id text, at timestamptz)')`. One parameter keeps a statement
 * the same text for any number of rows; a list of values would end at 65,535 parameters.
 */
export function recordset(rows: readonly object[], columns: string): RawBuilder<unknown> {
  return sql`jsonb_to_recordset(${json(rows)}::jsonb) as ${sql.raw(columns)}`;
}

/** A moment as a recordset carries it. */
export function recordTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
