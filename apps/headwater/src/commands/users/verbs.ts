import { User, UserPage, UserWithPassword } from '@headwater/contracts/http/users.ts';
import type { RoleBinding } from '@headwater/core/access/actor.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Io } from '../../cli/io.ts';
import { type ApiClient, openApiClient } from '../../client/api-client.ts';
import { readPages } from '../../client/pages.ts';
import { type Columns, printJson, printList } from '../../client/output.ts';
import { printable } from '../../render/printable.ts';
import { roleText } from '../role-option.ts';
import type { CreateUserFlags, UserFlags } from '../users.ts';

const COLUMNS: Columns<User> = [
  ['LOGIN', ({ login }) => login],
  ['NAME', ({ displayName }) => displayName],
  ['ROLES', ({ bindings }) => bindings.map(roleText).join(', ') || '-'],
  [
    'STATE',
    ({ disabled, mustChangePassword }) =>
      disabled ? 'disabled' : mustChangePassword ? 'must change password' : 'active',
  ],
];

export async function listUsers(io: Io, flags: UserFlags & { readonly query?: string }): Promise<void> {
  const client = await openApiClient(io, flags);
  const users = await readPages(client, { path: '/api/v1/users', query: { query: flags.query } }, UserPage);
  printList(io, flags.output, users, COLUMNS);
}

export async function createUser(io: Io, login: string, flags: CreateUserFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const body = { login, displayName: flags.name, email: flags.email, bindings: flags.role ?? [] };
  const made = await client.write({ method: 'POST', path: '/api/v1/users', body }, UserWithPassword);
  if (flags.output === 'json') return printJson(io, made);
  io.out(`Created ${printable(made.user.login)}.\nOne-time password: ${made.oneTimePassword ?? '-'}\n`);
}

export async function setDisabled(
  io: Io,
  { login, disabled }: { readonly login: string; readonly disabled: boolean },
  flags: UserFlags,
): Promise<void> {
  const client = await openApiClient(io, flags);
  const path = `/api/v1/users/${(await userOf(client, login)).id}`;
  const user = await client.write({ method: 'PATCH', path, body: { disabled } }, User);
  if (flags.output === 'json') return printJson(io, user);
  io.out(`${disabled ? 'Disabled' : 'Enabled'} ${printable(user.login)}.\n`);
}

export async function resetPassword(io: Io, login: string, flags: UserFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const path = `/api/v1/users/${(await userOf(client, login)).id}/reset-password`;
  const made = await client.write({ method: 'POST', path }, UserWithPassword);
  if (flags.output === 'json') return printJson(io, made);
  io.out(`One-time password of ${printable(made.user.login)}: ${made.oneTimePassword ?? '-'}\n`);
}

interface RoleInput {
  readonly login: string;
  readonly role: RoleBinding;
}

export async function bind(io: Io, { login, role }: RoleInput, flags: UserFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const path = `/api/v1/users/${(await userOf(client, login)).id}/bindings`;
  show(io, await client.write({ method: 'POST', path, body: role }, User), flags);
}

export async function unbind(io: Io, { login, role }: RoleInput, flags: UserFlags): Promise<void> {
  const client = await openApiClient(io, flags);
  const user = await userOf(client, login);
  const held = user.bindings.find((binding) => roleText(binding) === roleText(role));
  if (!held) {
    const has = user.bindings.map(roleText).join(', ') || 'none';
    throw new AppError('not_found', `${user.login} does not have the role ${roleText(role)}; it has: ${has}`);
  }
  const path = `/api/v1/users/${user.id}/bindings/${held.id}`;
  show(io, await client.write({ method: 'DELETE', path }, User), flags);
}

function show(io: Io, user: User, flags: UserFlags): void {
  if (flags.output === 'json') printJson(io, user);
  else io.out(`${printable(user.login)}: ${user.bindings.map(roleText).join(', ') || 'no role'}\n`);
}

async function userOf(client: ApiClient, login: string): Promise<User> {
  const users = await readPages(client, { path: '/api/v1/users', query: { query: login } }, UserPage);
  const user = users.find((one) => one.login.toLowerCase() === login.toLowerCase() || one.id === login);
  if (!user) throw new AppError('not_found', `no user ${login}`);
  return user;
}
