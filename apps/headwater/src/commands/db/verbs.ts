import type { CommandContext } from '../../cli/context.ts';
import { startProgress } from '../../cli/progress.ts';
import type { StoreFlags } from '../../cli/store-options.ts';
import { withDatabase } from '../../cli/with-database.ts';
import { printJson } from '../../client/output.ts';
import { formatBytes } from '@headwater/core/kube/quantity.ts';
import { renderTable } from '../../render/table.ts';
import type { StatusFlags } from '../db.ts';

/** Prints the state of the database; never a password. */
export async function showStatus(context: CommandContext, flags: StatusFlags): Promise<void> {
  const { io } = context;
  const status = await withDatabase(context, flags, (tools) => tools.status());
  if (flags.output === 'json') return printJson(io, status);
  const { schema } = status;
  const running = status.ownerPid === null ? '' : `, run by the Headwater process ${status.ownerPid}`;
  const state = schema.pending.length === 0 ? 'up to date' : `pending: ${schema.pending.join(', ')}`;
  io.out(`database  ${status.kind}, ${status.place}${running}\n`);
  io.out(`server    PostgreSQL ${status.serverVersion}, ${formatBytes(status.bytes)}\n`);
  io.out(`schema    version ${schema.version} of ${schema.wanted}, ${state}\n`);
  const full = status.tables.filter(({ rows }) => rows > 0);
  if (full.length > 0) {
    const rows = full.map(({ name, rows: count, bytes }) => [name, `about ${count}`, formatBytes(bytes)]);
    io.out(`\n${renderTable(['table', 'rows', 'size'], rows)}`);
  }
  if (status.queues.length > 0) {
    const rows = status.queues.map(({ name, waiting, active, dead }) => [name, `${waiting}`, `${active}`, `${dead}`]);
    io.out(`\n${renderTable(['queue', 'waiting', 'running', 'dead'], rows)}`);
  }
}

/** Applies what is pending. */
export async function migrateDatabase(context: CommandContext, flags: StoreFlags): Promise<void> {
  const applied = await withDatabase(context, flags, (tools) => tools.migrate());
  context.io.out(applied.length === 0 ? 'The schema is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
}

/** Writes a backup. */
export async function backupDatabase(context: CommandContext, file: string, flags: StoreFlags): Promise<void> {
  const progress = startProgress(context.io, 'Backing up');
  const summary = await withDatabase(context, flags, (tools) =>
    tools.backup(file, ({ table, rows, of }) => progress.say(`${table}: ${rows} of ${of} rows`)),
  ).finally(() => progress.done());
  context.io.out(`Wrote ${summary.rows} rows (schema version ${summary.schema}) to ${file}.\n`);
}

/** Restores a backup. */
export async function restoreDatabase(context: CommandContext, file: string, flags: StoreFlags): Promise<void> {
  const progress = startProgress(context.io, 'Restoring');
  const summary = await withDatabase(context, flags, (tools) =>
    tools.restore(file, ({ table, rows, of }) => progress.say(`${table}: ${rows} of ${of} rows`)),
  ).finally(() => progress.done());
  context.io.out(`Restored ${summary.rows} rows of the backup of ${summary.createdAt}.\n`);
}
