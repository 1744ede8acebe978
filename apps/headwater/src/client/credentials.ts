import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { z } from 'zod';

const Credential = z.union([
  z.object({ token: z.string() }),
  z.object({ refreshToken: z.string(), accessToken: z.string(), accessExpiresAt: z.number() }),
]);

/** What signs in to one server: an API token, or the session of a person. */
export type Credential = z.infer<typeof Credential>;

const CredentialFile = z.object({ current: z.string().nullable(), servers: z.record(z.string(), Credential) });

/** Every server one signed in to, and which one is meant when none is named. */
export type CredentialFile = z.infer<typeof CredentialFile>;

type Env = Readonly<Record<string, string | undefined>>;

/** Where credentials are kept: below XDG_CONFIG_HOME, or ~/.config. */
export function credentialsPath(env: Env): string {
  const base = env['XDG_CONFIG_HOME'] || (env['HOME'] === undefined ? undefined : join(env['HOME'], '.config'));
  if (base === undefined)
    throw new AppError('invalid', 'cannot tell where credentials are kept: neither XDG_CONFIG_HOME nor HOME is set');
  return join(base, 'headwater', 'credentials.json');
}

/** The stored credentials; none when there is no file yet. */
export async function readCredentials(env: Env): Promise<CredentialFile> {
  if (!env['XDG_CONFIG_HOME'] && !env['HOME']) return { current: null, servers: {} };
  const path = credentialsPath(env);
  try {
    return CredentialFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { current: null, servers: {} };
    throw new AppError('invalid', `cannot read ${path}: ${messageOf(error)}; sign in again after removing it`, {
      cause: error,
    });
  }
}

/** Changes the stored credentials; only their owner may read the file. */
export async function changeCredentials(env: Env, change: (file: CredentialFile) => CredentialFile): Promise<string> {
  const path = credentialsPath(env);
  const next = change(await readCredentials(env));
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Written beside and renamed: a reader never sees half a file, and the mode holds from the first byte.
  await writeFile(`${path}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
  return path;
}

/** The file with one server added or replaced, and meant from now on. */
export function withServer(file: CredentialFile, server: string, credential: Credential): CredentialFile {
  return { current: server, servers: { ...file.servers, [server]: credential } };
}

/** The file without one server. */
export function withoutServer(file: CredentialFile, server: string): CredentialFile {
  const servers = Object.fromEntries(Object.entries(file.servers).filter(([name]) => name !== server));
  return { current: file.current === server ? null : file.current, servers };
}
