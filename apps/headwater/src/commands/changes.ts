import { CHANGE_ACTS } from '@headwater/contracts/http/change.ts';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { parseCount, parseWindow } from '../cli/numbers.ts';
import { addServerOptions, type ServerFlags } from '../client/api-client.ts';
import { addStructuredOption, type StructuredFormat } from '../client/output.ts';

export interface ChangeFlags extends ServerFlags {
  readonly output: StructuredFormat;
  readonly cluster?: readonly string[];
  readonly namespace?: readonly string[];
  readonly kind?: readonly string[];
  readonly object?: readonly string[];
  readonly act?: readonly string[];
  readonly byHand?: boolean;
  /** Milliseconds. */
  readonly since?: number;
  readonly limit: number;
}

function commaList(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

const EXAMPLES = [
  'changes',
  'changes --namespace shop --since 2h',
  'changes --kind ConfigMap,Deployment --object checkout',
  'changes --by-hand --since 7d -o json',
];

/** `headwater changes`: what somebody changed in the clusters. */
export function changesCommand({ io }: CommandContext): Command {
  return addStructuredOption(
    addServerOptions(
      new Command('changes')
        .description('List what changed in the clusters a server follows, newest first, with differences.')
        .option('--cluster <list>', 'clusters', commaList)
        .option('-n, --namespace <list>', 'namespaces', commaList)
        .option('--kind <list>', 'kinds, such as ConfigMap', commaList)
        .option('--object <list>', 'names of objects', commaList)
        .option('--act <list>', CHANGE_ACTS.join(', '), commaList)
        .option('--by-hand', 'only what was made with a tool that a person drives')
        .option('--since <window>', 'how far back (default: 24h)', parseWindow)
        .option('--limit <count>', 'how many at most', parseCount, 50),
    ),
  )
    .addHelpText('after', `\nExamples:\n${EXAMPLES.map((example) => `  headwater ${example}\n`).join('')}`)
    .action(async (flags: ChangeFlags) => (await import('./changes/list.ts')).listChanges(io, flags));
}
