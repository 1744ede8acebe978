import { Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { runTerminalDemo } from './demo/terminal.ts';

interface DemoFlags {
  readonly port?: string;
  readonly terminal?: true;
  readonly untilDiagnosed?: true;
}

const EXAMPLES = `
Examples:
  headwater demo                              the server, its page and ten incidents that begin while you watch
  headwater demo --terminal                   three recorded incidents diagnosed in the terminal, no server
  headwater demo recordings/quota-exceeded    one recording in the terminal
`;

/** `headwater demo`: the whole product on a replayed cluster, or its engine alone in the terminal. */
export function demoCommand(context: CommandContext): Command {
  return new Command('demo')
    .description(
      'Watch incidents of a replayed cluster begin, be diagnosed and end in the page. Needs no cluster, no key and no network; ends with Ctrl-C and leaves nothing behind.',
    )
    .argument('[recordings...]', 'diagnose these recordings in the terminal instead')
    .option('--port <number>', 'port of the server; default: 8080, or a free one when that is taken', portText)
    .option('--terminal', 'no server: diagnose three recordings in the terminal, step by step')
    .option('--until-diagnosed', 'end as soon as every incident is diagnosed, for scripts')
    .addHelpText('after', EXAMPLES)
    .action(async (paths: string[], flags: DemoFlags) => {
      if (flags.terminal || paths.length > 0) return runTerminalDemo(context, paths);
      const { runServerDemo } = await import('./demo/server.ts');
      return runServerDemo(context, { port: flags.port, untilDiagnosed: flags.untilDiagnosed === true });
    });
}

function portText(text: string): string {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Expected a number from 0 to 65535.');
  return text;
}
