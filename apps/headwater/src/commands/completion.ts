import { Argument, Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { bashScript, fishScript, zshScript } from './completion/scripts.ts';
import { completionTree } from './completion/tree.ts';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** `headwater completion`: a script for the shell, made from the command tree itself. */
export function completionCommand({ io }: CommandContext): Command {
  const command = new Command('completion')
    .description('Print a completion script for bash, zsh or fish.')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      '\nExamples:\n  source <(headwater completion bash)\n  headwater completion zsh > "${fpath[1]}/_headwater"\n  headwater completion fish > ~/.config/fish/completions/headwater.fish\n',
    );
  return command.action((shell: keyof typeof SHELLS) => io.out(SHELLS[shell](completionTree(rootOf(command)))));
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}
