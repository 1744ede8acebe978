import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { SECOND } from '@headwater/core/time.ts';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { Io } from '../cli/io.ts';
import { changeCredentials, type Credential, readCredentials, withServer } from './credentials.ts';
import { type ApiAnswer, type ApiCall, send } from './http.ts';
import { renewSession } from './session.ts';

/** Options of every command that talks to a server. */
export interface ServerFlags {
  readonly server?: string;
}

type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Talks to one Headwater server as the person or program who signed in. */
export interface ApiClient {
  readonly server: string;
  get<T extends z.ZodType>(path: string, schema: T, query?: Query): Promise<z.output<T>>;
  /** With `headers` for `idempotency-key` and `if-match`. */
  write<T extends z.ZodType>(call: WriteCall, schema: T): Promise<z.output<T>>;
  /** The raw answer, for streams; it may stay silent for as long as it likes. */
  open(path: string, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>;
}

export interface WriteCall {
  readonly method: Exclude<ApiCall['method'], 'GET'>;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Adds `--server` and says where credentials come from. */
export function addServerOptions(command: Command): Command {
  return command.option(
    '--server <url>',
    'server to talk to (HEADWATER_SERVER; default: the one signed in to last; token from HEADWATER_TOKEN or `headwater login`)',
  );
}

/** Opens the server that options, environment or the last sign-in name. */
export async function openApiClient(io: Io, flags: ServerFlags): Promise<ApiClient> {
  const stored = await readCredentials(io.env);
  const named = flags.server ?? (io.env['HEADWATER_SERVER'] || stored.current);
  if (!named)
    throw new AppError('invalid', 'no server is named: use --server, HEADWATER_SERVER or `headwater login URL`');
  const server = serverAddress(named);
  const given = await tokenFromEnvironment(io);
  let credential: Credential | undefined = given === null ? stored.servers[server] : { token: given };

  async function authorization(): Promise<Record<string, string>> {
    if (!credential)
      throw new AppError(
        'unauthenticated',
        `not signed in to ${server}: run \`headwater login ${server}\` or set HEADWATER_TOKEN`,
      );
    if ('token' in credential) return { authorization: `Bearer ${credential.token}` };
    if (credential.accessExpiresAt - io.now() < 10 * SECOND) {
      const renewed = (await renewSession(server, credential, io.now())).credential;
      credential = renewed;
      await changeCredentials(io.env, (file) => ({ ...withServer(file, server, renewed), current: file.current }));
    }
    return { authorization: `Bearer ${credential.accessToken}` };
  }

  async function call(method: ApiCall['method'], path: string, extra: Partial<ApiCall> = {}): Promise<ApiAnswer> {
    const headers = { ...extra.headers, ...(await authorization()) };
    return send({ ...extra, method, url: `${server}${path}`, headers, signal: io.signal });
  }

  return {
    server,
    get: async (path, schema, query) => read(await call('GET', `${path}${searchOf(query)}`), schema),
    write: async ({ method, path, body, headers }, schema) =>
      read(await call(method, path, { body, ...(headers && { headers }) }), schema),
    open: (path, headers) => call('GET', path, { timeout: 0, ...(headers && { headers }) }),
  };
}

/** A server's address without a trailing slash; `invalid` for what is none. */
export function serverAddress(text: string): string {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (!url || url.username || url.search || url.hash)
    throw new AppError('invalid', `${JSON.stringify(text)} is not an address such as https://headwater.example`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

async function tokenFromEnvironment(io: Io): Promise<string | null> {
  if (io.env['HEADWATER_TOKEN']) return io.env['HEADWATER_TOKEN'].trim();
  const path = io.env['HEADWATER_TOKEN_FILE'];
  if (!path) return null;
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new AppError('not_found', `cannot read HEADWATER_TOKEN_FILE ${path}: ${messageOf(error)}`, { cause: error });
  }
}

async function read<T extends z.ZodType>(answer: ApiAnswer, schema: T): Promise<z.output<T>> {
  const text = await answer.body.text();
  const parsed = schema.safeParse(text === '' ? undefined : JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new AppError('internal', `the server answered in a way this version does not know: ${parsed.error.message}`);
}

function searchOf(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    // Repeated rather than joined: a value may hold a comma.
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
