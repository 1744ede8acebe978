import type { Pool } from 'pg';
import { migrate } from './migrate.ts';

/** Makes a database ready for this program: our tables and the queue's. Returns what it applied. */
export async function prepareSchema(pool: Pool): Promise<string[]> {
  return migrate(pool);
}
