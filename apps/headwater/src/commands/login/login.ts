import { AccessGrant, Me } from '@headwater/contracts/http/auth.ts';
import { AppError } from '@headwater/core/errors.ts';
import type { Io } from '../../cli/io.ts';
import { serverAddress } from '../../client/api-client.ts';
import { changeCredentials, type Credential, readCredentials, withServer } from '../../client/credentials.ts';
import { send } from '../../client/http.ts';
import { openSession } from '../../client/session.ts';
import { printable } from '../../render/printable.ts';

export interface LoginInput {
  readonly server?: string | undefined;
  readonly user?: string | undefined;
}

/** Signs in, and keeps what signs in the next commands. */
export async function login(io: Io, { server: named, user }: LoginInput): Promise<void> {
  const stored = await readCredentials(io.env);
  const address = named ?? (io.env['HEADWATER_SERVER'] || stored.current);
  if (!address) throw new AppError('invalid', 'name the server: headwater login https://headwater.example');
  const server = serverAddress(address);
  const { credential, me } = user === undefined ? await withToken(io, server) : await withPassword(io, server, user);
  const path = await changeCredentials(io.env, (file) => withServer(file, server, credential));
  const roles = [...new Set(me.bindings.map(({ role }) => role))].join(', ') || 'no role yet';
  io.out(`Signed in to ${server} as ${printable(me.login)} (${roles}).\nKept in ${path}.\n`);
}

interface Entered {
  readonly credential: Credential;
  readonly me: Me;
}

async function withToken(io: Io, server: string): Promise<Entered> {
  const token = (await io.secret(`API token of ${server}: `)).trim();
  if (token === '') throw new AppError('invalid', 'no API token was given; for a password use --user');
  const headers = { authorization: `Bearer ${token}` };
  const answer = await send({ method: 'GET', url: `${server}/api/v1/auth/me`, headers });
  return { credential: { token }, me: Me.parse(JSON.parse(await answer.body.text())) };
}

async function withPassword(io: Io, server: string, user: string): Promise<Entered> {
  const password = await io.secret(`Password of ${printable(user)}: `);
  if (password === '') throw new AppError('invalid', 'no password was given');
  const { grant, credential } = await openSession(server, { login: user, password }, io.now());
  if (!grant.mustChangePassword) return { credential, me: grant.user };
  const newPassword = await io.secret('This password must be changed. New password: ');
  if (newPassword === '')
    throw new AppError(
      'forbidden',
      'the password must be changed first: give the new one on the second line of standard input',
    );
  const changed = await send({
    method: 'POST',
    url: `${server}/api/v1/auth/password`,
    headers: { authorization: `Bearer ${grant.accessToken}` },
    body: { currentPassword: password, newPassword },
  });
  const { user: me } = AccessGrant.parse(JSON.parse(await changed.body.text()));
  return { credential, me };
}
