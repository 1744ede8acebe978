import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';

const EXAMPLES = {
  check: ['rules check ./rules', 'rules check ./rules/team.yaml ./more'],
  list: ['rules list ./rules'],
  new: ['rules new backup-failed > rules/backup-failed.yaml'],
};

function help(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  headwater ${line}\n`).join('')}`;
}

/** `headwater rules check|list|new`: analyzers a team writes in YAML. */
export function rulesCommand(context: CommandContext): Command {
  return new Command('rules')
    .description('Check, list or begin rules: analyzers a team writes in YAML, without changing Headwater.')
    .addHelpText('after', help(Object.values(EXAMPLES).flat()))
    .addCommand(
      new Command('check')
        .description(
          'Read rule files and run the tests beside each rule. Exits 9 when a rule is refused or a test fails.',
        )
        .argument('<paths...>', 'rule files, or directories of them')
        .addHelpText('after', help(EXAMPLES.check))
        .action(async (paths: string[]) => (await import('./rules/check.ts')).checkRules(context, paths)),
    )
    .addCommand(
      new Command('list')
        .description('List the rules of files: name, kind of object, category, number of tests.')
        .argument('<paths...>', 'rule files, or directories of them')
        .addHelpText('after', help(EXAMPLES.list))
        .action(async (paths: string[]) => (await import('./rules/list.ts')).listRules(context, paths)),
    )
    .addCommand(
      new Command('new')
        .description('Print a rule to begin with, its test included.')
        .argument('<name>', 'lower-case letters, digits and dashes')
        .addHelpText('after', help(EXAMPLES.new))
        .action(async (name: string) => (await import('./rules/scaffold.ts')).printRule(context, name)),
    );
}
