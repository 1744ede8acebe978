import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { allBenchCommand } from './bench/all.ts';
import { cloudOpsBenchCommand } from './bench/cloud-opsbench.ts';
import { recordingsBenchCommand } from './bench/recordings.ts';

/** `headwater bench`: measures the engine against recorded incidents with known causes. */
export function benchCommand(context: CommandContext): Command {
  const command = new Command('bench').description('Measure the engine against incidents whose cause is known.');
  command.addHelpText(
    'after',
    '\nExamples:\n  headwater bench all --data ./data\n  headwater bench recordings\n  headwater bench cloud-opsbench --data ./cloud-opsbench\n',
  );
  command.addCommand(allBenchCommand(context));
  command.addCommand(recordingsBenchCommand(context));
  command.addCommand(cloudOpsBenchCommand(context));
  return command;
}
