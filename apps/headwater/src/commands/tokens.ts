import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { parseWindow } from '../cli/numbers.ts';
import { addServerOptions, type ServerFlags } from '../client/api-client.ts';
import { addOutputOption, type OutputFormat } from '../client/output.ts';
import { collectRole } from './role-option.ts';

export interface TokenFlags extends ServerFlags {
  readonly output: OutputFormat;
}

export interface CreateTokenFlags extends TokenFlags {
  readonly role: readonly RoleBinding[];
  /** Milliseconds. */
  readonly expires?: number;
}

/** `headwater tokens`: the credentials of programs. */
export function tokensCommand({ io }: CommandContext): Command {
  const verbs = () => import('./tokens/verbs.ts');
  const child = (name: string, description: string, examples: readonly string[]): Command =>
    addOutputOption(addServerOptions(new Command(name).description(description))).addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  headwater tokens ${example}\n`).join('')}`,
    );
  return new Command('tokens')
    .description('List, create and revoke API tokens.')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater tokens list\n  headwater tokens create alertmanager --role sender@prod\n',
    )
    .addCommand(
      child('list', 'List API tokens; their secrets are kept nowhere.', ['list', 'list -o json']).action(
        async (flags: TokenFlags) => (await verbs()).listTokens(io, flags),
      ),
    )
    .addCommand(
      child('create', 'Make an API token; its secret is printed this once.', [
        'create alertmanager --role sender@prod',
        'create dashboard --role viewer --expires 90d',
      ])
        .argument('<name>', 'what it is for')
        .requiredOption('--role <role>', 'role, role@cluster or role@cluster/namespace; may be repeated', collectRole)
        .option('--expires <span>', 'how long it is good, such as 90d (default: until revoked)', parseWindow)
        .action(async (name: string, flags: CreateTokenFlags) => (await verbs()).createToken(io, name, flags)),
    )
    .addCommand(
      child('revoke', 'End an API token for good.', ['revoke hw_x7Kp2Qz', 'revoke alertmanager'])
        .argument('<token>', 'its id, its name, or the beginning of its secret')
        .action(async (token: string, flags: TokenFlags) => (await verbs()).revokeToken(io, token, flags)),
    );
}
