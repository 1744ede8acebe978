import { AppError } from '@headwater/core/errors.ts';
import type { Io } from '../../cli/io.ts';
import { serverAddress } from '../../client/api-client.ts';
import { changeCredentials, readCredentials, withoutServer } from '../../client/credentials.ts';
import { closeSession } from '../../client/session.ts';

/** Forgets a server's credential, and ends its session there. */
export async function logout(io: Io, named: string | undefined): Promise<void> {
  const stored = await readCredentials(io.env);
  const address = named ?? (io.env['HEADWATER_SERVER'] || stored.current);
  const server = address ? serverAddress(address) : null;
  const credential = server === null ? undefined : stored.servers[server];
  if (server === null || !credential) throw new AppError('not_found', `not signed in to ${server ?? 'any server'}`);
  // Forgotten here whatever the server says: who signs out wants the secret gone from this machine.
  await changeCredentials(io.env, (file) => withoutServer(file, server));
  if ('refreshToken' in credential) await closeSession(server, credential);
  io.out(`Signed out of ${server}.\n`);
}
