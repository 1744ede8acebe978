import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import { addStoreOptions, type StoreFlags } from '../cli/store-options.ts';
import { addServerOptions, type ServerFlags } from '../client/api-client.ts';
import { addOutputOption, type OutputFormat } from '../client/output.ts';
import { collectRole, parseRole } from './role-option.ts';

export interface UserFlags extends ServerFlags {
  readonly output: OutputFormat;
}

export interface CreateUserFlags extends UserFlags {
  readonly name?: string;
  readonly email?: string;
  readonly role?: readonly RoleBinding[];
}

const ROLE_HELP = 'role, role@cluster or role@cluster/namespace';

/** `headwater users`: the accounts of a server. */
export function usersCommand(context: CommandContext): Command {
  const { io } = context;
  const verbs = () => import('./users/verbs.ts');
  const child = (name: string, description: string, examples: readonly string[]): Command =>
    addOutputOption(addServerOptions(new Command(name).description(description))).addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  headwater users ${example}\n`).join('')}`,
    );
  return new Command('users')
    .description('List, create and change the accounts of a server.')
    .addHelpText(
      'after',
      '\nExamples:\n  headwater users list\n  headwater users create kim --role responder@prod/shop\n',
    )
    .addCommand(
      child('list', 'List accounts.', ['list', 'list --query kim -o json'])
        .option('--query <text>', 'part of a login, name or e-mail address')
        .action(async (flags: UserFlags & { query?: string }) => (await verbs()).listUsers(io, flags)),
    )
    .addCommand(
      child('create', 'Create an account; prints its one-time password.', [
        'create kim --role viewer',
        'create lee --name "Lee Min" --role responder@prod/shop --role viewer@prod',
      ])
        .argument('<login>', 'the name to sign in with')
        .option('--name <name>', 'the name others see (default: the login)')
        .option('--email <address>', 'e-mail address')
        .option('--role <role>', `${ROLE_HELP}; may be repeated`, collectRole)
        .action(async (login: string, flags: CreateUserFlags) => (await verbs()).createUser(io, login, flags)),
    )
    .addCommand(
      child('disable', 'Disable an account; its sessions end within seconds.', ['disable kim'])
        .argument('<login>', 'whose account')
        .action(async (login: string, flags: UserFlags) =>
          (await verbs()).setDisabled(io, { login, disabled: true }, flags),
        ),
    )
    .addCommand(
      child('enable', 'Enable an account again.', ['enable kim'])
        .argument('<login>', 'whose account')
        .action(async (login: string, flags: UserFlags) =>
          (await verbs()).setDisabled(io, { login, disabled: false }, flags),
        ),
    )
    .addCommand(
      child('reset-password', 'Give an account a new one-time password; its sessions end.', ['reset-password kim'])
        .argument('<login>', 'whose account')
        .action(async (login: string, flags: UserFlags) => (await verbs()).resetPassword(io, login, flags)),
    )
    .addCommand(
      addStoreOptions(new Command('recover'))
        .description('Let an admin who lost the password in again: works on the database itself, not on a server.')
        .argument('<login>', 'whose account')
        .addHelpText('after', '\nExamples:\n  headwater users recover admin --data-dir /var/lib/headwater\n')
        .action(async (login: string, flags: StoreFlags) =>
          (await import('./users/recover.ts')).recover(context, login, flags),
        ),
    )
    .addCommand(
      child('bind', 'Give an account a role.', ['bind kim responder@prod/shop', 'bind lee admin'])
        .argument('<login>', 'whose account')
        .argument('<role>', ROLE_HELP, parseRole)
        .action(async (login: string, role: RoleBinding, flags: UserFlags) =>
          (await verbs()).bind(io, { login, role }, flags),
        ),
    )
    .addCommand(
      child('unbind', 'Take a role from an account.', ['unbind kim responder@prod/shop'])
        .argument('<login>', 'whose account')
        .argument('<role>', ROLE_HELP, parseRole)
        .action(async (login: string, role: RoleBinding, flags: UserFlags) =>
          (await verbs()).unbind(io, { login, role }, flags),
        ),
    );
}
