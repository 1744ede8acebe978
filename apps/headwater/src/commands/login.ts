import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';

const EXAMPLES = `
Examples:
  headwater login https://headwater.example
  headwater login https://headwater.example --user kim
  headwater login http://127.0.0.1:8080 --user admin < password.txt
`;

/** `headwater login`. */
export function loginCommand({ io }: CommandContext): Command {
  return new Command('login')
    .description('Sign in to a server; asks for an API token, or with --user for a password.')
    .argument('[server]', 'address of the server (default: HEADWATER_SERVER, or the last one)')
    .option('--user <login>', 'sign in as a person; the password is asked for, or read from standard input')
    .addHelpText('after', EXAMPLES)
    .action(async (server: string | undefined, { user }: { user?: string }) => {
      const { login } = await import('./login/login.ts');
      await login(io, { server, user });
    });
}

/** `headwater logout`. */
export function logoutCommand({ io }: CommandContext): Command {
  return new Command('logout')
    .description('Sign out of a server: a session ends there, a stored token is only forgotten here.')
    .argument('[server]', 'address of the server (default: the last one)')
    .addHelpText('after', '\nExamples:\n  headwater logout\n  headwater logout https://headwater.example\n')
    .action(async (server: string | undefined) => {
      const { logout } = await import('./login/logout.ts');
      await logout(io, server);
    });
}
