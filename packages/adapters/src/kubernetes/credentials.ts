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

export interface Credentials {
  /** The Authorization header of the moment; empty with certificates only. */
  headers(): Promise<Readonly<Record<string, string>>>;
  /** Client certificate from an exec plug-in, when it gives one. */
  certificate(): Promise<{ cert: string; key: string } | null>;
}

/** What credentials need from the process. */
export interface Surroundings {
  readonly clock: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Credentials of an access: static token, token file, basic, or an exec plug-in whose answer is kept until it expires. */
export function openCredentials(access: ClusterAccess, { clock, env }: Surroundings): Credentials {
  let cached: Cached | null = null;
  const fresh = async (): Promise<Cached | null> => {
    if (cached && clock() < cached.expires) return cached;
    if (access.exec) cached = await runPlugin(access.exec, access, { now: clock(), env });
    else if (access.tokenFile) cached = { token: (await readToken(access.tokenFile)).trim(), cert: undefined, key: undefined, expires: clock() + TOKEN_FILE_TTL };
    return cached;
  };
  return {
    headers: async (): Promise<Record<string, string>> => {
      const token = access.token ?? (await fresh())?.token;
      if (token) return { authorization: `Bearer ${token}` };
      if (!access.basic) return {};
      return { authorization: `Basic ${Buffer.from(`${access.basic.username}:${access.basic.password}`).toString('base64')}` };
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
  if (until < now) throw new AppError('unauthenticated', `the client certificate of ${source} expired on ${new Date(until).toISOString()}; renew the kubeconfig's credentials`);
}

async function readToken(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('unauthenticated', `cannot read the token file ${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function runPlugin(plugin: ExecPlugin, access: ClusterAccess, { now, env }: { now: number; env: Surroundings['env'] }): Promise<Cached> {
  const info = { kind: 'ExecCredential', apiVersion: plugin.apiVersion ?? 'client.authentication.k8s.io/v1', spec: { interactive: false, ...(plugin.provideClusterInfo ? { cluster: { server: access.server } } : {}) } };
  const extra = Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value]));
  let stdout: string;
  try {
    // The plug-in needs the caller's environment: cloud profiles, HOME, PATH.
    ({ stdout } = await promisify(execFile)(plugin.command, plugin.args ?? [], { timeout: EXEC_TIMEOUT, env: { ...env, ...extra, KUBERNETES_EXEC_INFO: JSON.stringify(info) } }));
  } catch (error) {
    throw new AppError('unauthenticated', `the credential plug-in ${plugin.command} of context ${access.name} failed: ${messageOf(error)}`, { cause: error });
  }
  const parsed = ExecCredential.safeParse(parseJson(stdout));
  if (!parsed.success) throw new AppError('unauthenticated', `the credential plug-in ${plugin.command} did not print an ExecCredential with a status`);
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = parsed.data.status;
  const expires = expirationTimestamp ? Date.parse(expirationTimestamp) - 30_000 : Number.POSITIVE_INFINITY;
  return { token, cert: clientCertificateData, key: clientKeyData, expires: Math.max(expires, now + 1000) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
