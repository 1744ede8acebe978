import type { Pool } from 'pg';
import { asAppError } from './errors.ts';
import { prepareQueues } from './jobs/queues.ts';
import { migrate } from './migrate.ts';

/** Makes a database ready for this program: our tables and the queues'. Returns the migrations it applied. */
export async function prepareSchema(pool: Pool): Promise<string[]> {
  const applied = await migrate(pool);
  try {
    await prepareQueues(pool);
  } catch (error) {
    throw asAppError(error);
  }
  return applied;
}
