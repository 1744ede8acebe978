import type { CommandContext } from './context.ts';
import { readStoreSettings, type StoreFlags } from './store-options.ts';

type Tools = Awaited<ReturnType<CommandContext['wiring']['openDatabaseTools']>>;

/** Runs work on the database and leaves it as it was found: running, or stopped. */
export async function withDatabase<T>(
  { io, wiring }: CommandContext,
  flags: StoreFlags,
  work: (tools: Tools) => Promise<T>,
): Promise<T> {
  const tools = await wiring.openDatabaseTools(readStoreSettings(io, flags), () => undefined);
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}
