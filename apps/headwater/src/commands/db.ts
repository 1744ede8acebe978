import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { addStoreOptions, type StoreFlags } from '../cli/store-options.ts';
import { addOutputOption, type OutputFormat } from '../client/output.ts';

export interface StatusFlags extends StoreFlags {
  readonly output: OutputFormat;
}

/** `headwater db`: the database of the server, embedded or external, with or without a server running on it. */
export function dbCommand(context: CommandContext): Command {
  const verbs = () => import('./db/verbs.ts');
  const child = (name: string, description: string, examples: readonly string[]): Command =>
    addStoreOptions(new Command(name).description(description)).addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  headwater db ${example}\n`).join('')}`,
    );
  return new Command('db')
    .description('Look at, migrate, back up and restore the database of the server.')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater db status\n  headwater db backup /backups/headwater-monday.backup\n',
    )
    .addCommand(
      addOutputOption(
        child('status', 'Show where the database is, its schema, its size and its queues.', [
          'status',
          'status --data-dir /var/lib/headwater -o json',
        ]),
      ).action(async (flags: StatusFlags) => (await verbs()).showStatus(context, flags)),
    )
    .addCommand(
      child('migrate', 'Bring the schema up to date; serve does the same when it starts.', ['migrate']).action(
        async (flags: StoreFlags) => (await verbs()).migrateDatabase(context, flags),
      ),
    )
    .addCommand(
      child('backup', 'Write everything to one file, as one moment saw it, while the server goes on.', [
        'backup monday.backup',
      ])
        .argument('<file>', 'a path where nothing lies yet')
        .action(async (file: string, flags: StoreFlags) => (await verbs()).backupDatabase(context, file, flags)),
    )
    .addCommand(
      child('restore', 'Fill an empty database from a backup, all of it or nothing.', [
        'restore monday.backup --data-dir /var/lib/headwater-new',
      ])
        .argument('<file>', 'what db backup wrote')
        .action(async (file: string, flags: StoreFlags) => (await verbs()).restoreDatabase(context, file, flags)),
    );
}
