import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { VERSION } from '../version.ts';

/** `headwater version`. */
export function versionCommand({ io }: CommandContext): Command {
  return new Command('version')
    .description('Print the version of Headwater and of the runtime.')
    .addHelpText('after', '\nExamples:\n  headwater version\n')
    .action(() =>
      io.out(`headwater ${VERSION} (node ${process.versions.node}, ${process.platform}-${process.arch})\n`),
    );
}
