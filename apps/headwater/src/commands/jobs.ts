import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { parseCount } from '../cli/numbers.ts';
import { addStoreOptions, type StoreFlags } from '../cli/store-options.ts';
import { addOutputOption, type OutputFormat } from '../client/output.ts';

export interface JobFlags extends StoreFlags {
  readonly output: OutputFormat;
}

export interface DeadFlags extends JobFlags {
  readonly limit: number;
}

export interface ReplayFlags extends StoreFlags {
  readonly all?: boolean;
}

/** `headwater jobs`: what waits, what runs, what failed for good; read from the database itself. */
export function jobsCommand(context: CommandContext): Command {
  const verbs = () => import('./jobs/verbs.ts');
  const child = (name: string, description: string, examples: readonly string[]): Command =>
    addStoreOptions(new Command(name).description(description)).addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  headwater jobs ${example}\n`).join('')}`,
    );
  return new Command('jobs')
    .description('Look at the background jobs of the server and bring back those that failed for good.')
    .addHelpText('after', '\nExamples:\n  headwater jobs list\n  headwater jobs dead\n  headwater jobs replay --all\n')
    .addCommand(
      addOutputOption(
        child('list', 'Show how many jobs wait, run and failed for good.', ['list', 'list -o json']),
      ).action(async (flags: JobFlags) => (await verbs()).listJobs(context, flags)),
    )
    .addCommand(
      addOutputOption(
        child('dead', 'Show the jobs that failed every attempt, newest first.', ['dead', 'dead --limit 5']),
      )
        .option('--limit <count>', 'how many at most', parseCount, 50)
        .action(async (flags: DeadFlags) => (await verbs()).listDeadJobs(context, flags)),
    )
    .addCommand(
      child('replay', 'Put jobs that failed for good back into their queues.', [
        'replay 0d5cfa2e-6f0b-4c1e-9f64-6ad3b9d1c5a7',
        'replay --all',
      ])
        .argument('[ids...]', 'as headwater jobs dead shows them')
        .option('--all', 'every one of them')
        .action(async (ids: string[], flags: ReplayFlags) => (await verbs()).replayJobs(context, ids, flags)),
    );
}
