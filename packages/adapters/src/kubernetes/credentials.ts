import { X509Certificate } from 'node:crypto';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { z } from 'zod';
import type { ClusterAccess, ExecPlugin } from './kubeconfig.ts';

const ExecCredential = z.looseObject({
  status: z.looseObject({
    token: z.string().optional(),
    expirationTimestamp: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
  }),
});

interface Cached {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly expires: number;
}

/** Time a token from a file is trusted before it is read again; kubelets rotate them well before they expire. */
const TOKEN_FILE_TTL = 60_000;
const EXEC_TIMEOUT = 30_000;
/** How long an exec credential without a readable expiry is kept: it may have been revoked meanwhile. */
const UNDATED_TTL = 10 * 60_000;

export interface Credentials {
  /** The Authorization header of the moment; empty with certificates only. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** Client certificate from an exec plug-in, when it gives one. */
  readonly certificate: () => Promise<{ cert: string; key: string } | null>;
}

/** What credentials need from the process. */
export interface Surroundings {
  readonly clock: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Credentials of an access: static token, token file, basic, or an exec plug-in whose answer is kept until it expires. */
export function openCredentials(access: ClusterAccess, { clock, env }: Surroundings): Credentials {
  let cached: Cached | null = null;
  let renewing: Promise<Cached | null> | null = null;
  const renew = async (): Promise<Cached | null> => {
    if (access.tokenFile)
      return { token: await readToken(access), cert: undefined, key: undefined, expires: clock() + TOKEN_FILE_TTL };
    return access.exec && !access.token ? runPlugin(access.exec, access, { now: clock(), env }) : null;
  };
  // Requests that start together share one renewal: a plug-in may ask a person, or a service with a rate limit.
  const fresh = async (): Promise<Cached | null> => {
    if (cached && clock() < cached.expires) return cached;
    renewing ??= renew().finally(() => (renewing = null));
    return (cached = await renewing);
  };
  return {
    headers: async (): Promise<Record<string, string>> => {
      // A token file is read even beside a static token: the file is what gets rotated.
      const token = (await fresh())?.token ?? access.token;
      if (token) return { authorization: `Bearer ${token}` };
      if (!access.basic) return {};
      return {
        authorization: `Basic ${Buffer.from(`${access.basic.username}:${access.basic.password}`).toString('base64')}`,
      };
    },
    certificate: async () => {
      const current = access.exec ? await fresh() : null;
      return current?.cert && current.key ? { cert: current.cert, key: current.key } : null;
    },
  };
}

/** Throws AppError `unauthenticated` when a client certificate is out of its validity; `now` in milliseconds. */
export function assertCertificateValid(pem: string, source: string, now: number): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (error) {
    throw new AppError('invalid', `the client certificate of ${source} is not a PEM certificate`, { cause: error });
  }
  const until = Date.parse(certificate.validTo);
  const from = Date.parse(certificate.validFrom);
  if (from > now)
    throw new AppError(
      'unauthenticated',
      `the client certificate of ${source} is not valid before ${new Date(from).toISOString()}; check the clock of this machine`,
    );
  if (until < now)
    throw new AppError(
      'unauthenticated',
      `the client certificate of ${source} expired on ${new Date(until).toISOString()}; renew the kubeconfig's credentials`,
    );
}

async function readToken({ tokenFile: file = '', token }: ClusterAccess): Promise<string> {
  try {
    const read = (await readFile(file, 'utf8')).trim();
    if (read !== '') return read;
  } catch (error) {
    if (!token)
      throw new AppError('unauthenticated', `cannot read the token file ${file}: ${messageOf(error)}`, {
        cause: error,
      });
  }
  if (token) return token;
  throw new AppError('unauthenticated', `the token file ${file} is empty`);
}

async function runPlugin(
  plugin: ExecPlugin,
  access: ClusterAccess,
  { now, env }: { now: number; env: Surroundings['env'] },
): Promise<Cached> {
  const info = {
    kind: 'ExecCredential',
    apiVersion: plugin.apiVersion ?? 'client.authentication.k8s.io/v1',
    spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster: { server: access.server } } : {}) },
  };
  const extra = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]));
  let stdout: string;
  try {
    // The plug-in needs the caller's environment: cloud profiles, HOME, PATH.
    ({ stdout } = await promisify(execFile)(plugin.command, plugin.args ?? [], {
      timeout: EXEC_TIMEOUT,
      env: { ...env, ...extra, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    }));
  } catch (error) {
    throw new AppError(
      'unauthenticated',
      `the credential plug-in ${plugin.command} of context ${access.name} failed: ${saidBy(error)}`,
      { cause: error },
    );
  }
  const parsed = ExecCredential.safeParse(parseJson(stdout));
  if (!parsed.success)
    throw new AppError(
      'unauthenticated',
      `the credential plug-in ${plugin.command} did not print an ExecCredential with a status`,
    );
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = parsed.data.status;
  if (!token && !clientCertificateData)
    throw new AppError(
      'unauthenticated',
      `the credential plug-in ${plugin.command} gave neither a token nor a client certificate`,
    );
  const dated = Date.parse(expirationTimestamp ?? '') - 30_000;
  const expires = Number.isNaN(dated) ? now + UNDATED_TTL : dated;
  return { token, cert: clientCertificateData, key: clientKeyData, expires: Math.max(expires, now + 1000) };
}

// The message of a failed process repeats its arguments, which may be secret.
function saidBy(error: unknown): string {
  const { stderr, code, killed } = error as { stderr?: string; code?: string | number; killed?: boolean };
  if (killed) return `no answer within ${EXEC_TIMEOUT} ms`;
  if (code === 'ENOENT') return 'there is no such command';
  return stderr?.trim().slice(-500) || `exit code ${code}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
