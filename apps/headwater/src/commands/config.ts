import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';

const EXAMPLES = {
  check: ['headwater config check --config /etc/headwater.yaml', 'HEADWATER_PORT=9000 headwater config check'],
  show: ['headwater config show', 'headwater config show --config /etc/headwater.yaml'],
  example: ['headwater config example > headwater.yaml'],
};

function help(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

/** `headwater config check|show|example`. */
export function configCommand({ io }: CommandContext): Command {
  const withFile = (name: 'check' | 'show', description: string): Command =>
    new Command(name)
      .description(description)
      .addHelpText('after', help(...EXAMPLES[name]))
      .option('--config <file>', 'configuration file (YAML); default: the variable HEADWATER_CONFIG');
  return new Command('config')
    .description('Check or show the configuration of the server.')
    .addHelpText('after', help(...Object.values(EXAMPLES).flat()))
    .addCommand(
      withFile('check', 'Parse the environment and the file as serve would; every mistake is told at once.').action(
        async ({ config }: { config?: string }) => {
          const { loadConfiguration } = await import('../config/load.ts');
          const { origins } = loadConfiguration({ env: io.env, path: config });
          io.out(
            `The configuration is well formed; ${origins.size} settings differ from their defaults or are given.\n`,
          );
        },
      ),
    )
    .addCommand(
      withFile('show', 'Print every setting, its value and where it came from; secrets are masked.').action(
        async ({ config }: { config?: string }) => {
          const [{ loadConfiguration }, { showConfiguration }] = await Promise.all([
            import('../config/load.ts'),
            import('../config/show.ts'),
          ]);
          io.out(showConfiguration(loadConfiguration({ env: io.env, path: config })));
        },
      ),
    )
    .addCommand(
      new Command('example')
        .description('Print a configuration file that sets everything to its default.')
        .addHelpText('after', help(...EXAMPLES.example))
        .action(async () => {
          const [{ defaultSettings }, { showConfiguration }] = await Promise.all([
            import('../config/defaults.ts'),
            import('../config/show.ts'),
          ]);
          io.out(showConfiguration({ settings: defaultSettings(), origins: new Map() }));
        }),
    );
}
