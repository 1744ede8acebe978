import { SEVERITIES } from '@headwater/core/alert/severity.ts';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { parseCount } from '../cli/numbers.ts';
import { addServerOptions, type ServerFlags } from '../client/api-client.ts';
import { addStructuredOption, type StructuredFormat } from '../client/output.ts';

export interface AlertFlags extends ServerFlags {
  readonly output: StructuredFormat;
}

export interface AlertListFlags extends AlertFlags {
  readonly status?: readonly string[];
  readonly all?: boolean;
  readonly severity?: readonly string[];
  readonly cluster?: readonly string[];
  readonly namespace?: readonly string[];
  readonly name?: readonly string[];
  readonly label?: readonly string[];
  readonly query?: string;
  readonly limit: number;
}

function commaList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

function child(name: string, description: string, examples: readonly string[]): Command {
  return addStructuredOption(addServerOptions(new Command(name).description(description))).addHelpText(
    'after',
    `\nExamples:\n${examples.map((example) => `  headwater alerts ${example}\n`).join('')}`,
  );
}

/** `headwater alerts`: what senders said. */
export function alertsCommand({ io }: CommandContext): Command {
  return new Command('alerts')
    .description('List and read the alerts of a server.')
    .addHelpText('after', '\nExamples:\n  headwater alerts list\n  headwater alerts list --label app=cart -o json\n')
    .addCommand(
      child('list', 'List alerts: those that fire, newest first, unless asked otherwise.', [
        'list',
        'list --severity critical --namespace shop',
        'list --all --name KubePodCrashLooping -o yaml',
      ])
        .option('--status <list>', 'firing, resolved (default: firing)', commaList)
        .option('--all', 'in any state')
        .option('--severity <list>', SEVERITIES.join(', '), commaList)
        .option('--cluster <list>', 'clusters', commaList)
        .option('-n, --namespace <list>', 'namespaces', commaList)
        .option('--name <list>', 'names of alerting rules', commaList)
        .option(
          '-l, --label <name=value>',
          'a label; may be repeated',
          (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
        )
        .option('-q, --query <text>', 'full text over name, labels and annotations')
        .option('--limit <count>', 'how many at most', parseCount, 50)
        .action(async (flags: AlertListFlags) => (await import('./alerts/verbs.ts')).listAlerts(io, flags)),
    )
    .addCommand(
      child('show', 'Show one alert: labels, subject, every time it fired.', ['show alr_01jn8w2k5r6t7v8x9z0a1b2c3d'])
        .argument('<alert>', 'id of the alert')
        .action(async (id: string, flags: AlertFlags) => (await import('./alerts/verbs.ts')).showAlert(io, id, flags)),
    );
}
