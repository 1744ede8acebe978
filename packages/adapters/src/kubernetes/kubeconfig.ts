import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { parse } from 'yaml';
import { z } from 'zod';

const text = z.string().optional();

const ExecPlugin = z.looseObject({
  apiVersion: text,
  command: z.string(),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  provideClusterInfo: z.boolean().optional(),
});
export type ExecPlugin = z.infer<typeof ExecPlugin>;

const Cluster = z.looseObject({
  server: z.string(),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': text,
});
const User = z.looseObject({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  exec: ExecPlugin.optional(),
});
const Kubeconfig = z.looseObject({
  'current-context': text,
  clusters: z.array(z.looseObject({ name: z.string(), cluster: Cluster })).nullish(),
  users: z.array(z.looseObject({ name: z.string(), user: User.nullish() })).nullish(),
  contexts: z
    .array(
      z.looseObject({
        name: z.string(),
        context: z.looseObject({ cluster: z.string(), user: z.string(), namespace: text }),
      }),
    )
    .nullish(),
});

/** Where a cluster is and how to be known there; PEM material already read. */
export interface ClusterAccess {
  readonly name: string;
  readonly server: string;
  readonly namespace: string | null;
  readonly ca: string | undefined;
  readonly verify: boolean;
  readonly serverName: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly token: string | undefined;
  /** Read again for each request, so that rotation is seen. */
  readonly tokenFile: string | undefined;
  readonly basic: { readonly username: string; readonly password: string } | undefined;
  readonly exec: ExecPlugin | undefined;
}

/** Reads a kubeconfig file and picks a context (the current one by default). Throws AppError naming file and field. */
export function readKubeconfig(file: string, contextName?: string): ClusterAccess {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `cannot read kubeconfig ${file}: ${messageOf(error)}`, { cause: error });
  }
  return parseKubeconfig(content, file, contextName);
}

/** As `readKubeconfig`, from text; `file` names it in messages and resolves relative paths. */
export function parseKubeconfig(content: string, file: string, contextName?: string): ClusterAccess {
  const config = parseContent(content, file);
  const name = contextName ?? config['current-context'];
  if (!name)
    throw new AppError(
      'invalid',
      `${file}: no current-context is set; choose one with --context (${names(config.contexts)})`,
    );
  const context = byName(config.contexts, name)?.context;
  if (!context) throw new AppError('not_found', `${file}: no context ${name}; there is ${names(config.contexts)}`);
  const cluster = byName(config.clusters, context.cluster)?.cluster;
  if (!cluster)
    throw new AppError(
      'invalid',
      `${file}: context ${name} names cluster ${context.cluster}, which is not defined; there is ${names(config.clusters)}`,
    );
  const identity = byName(config.users, context.user);
  if (!identity)
    throw new AppError(
      'invalid',
      `${file}: context ${name} names user ${context.user}, which is not defined; there is ${names(config.users)}`,
    );
  if (!/^https?:\/\//.test(cluster.server))
    throw new AppError(
      'invalid',
      `${file}: the server of cluster ${context.cluster} is ${JSON.stringify(cluster.server)}; expected https://HOST:PORT`,
    );
  // A user without any credential is legal: a proxy may add them.
  const user = identity.user ?? {};
  const material = (dataKey: string, fileKey: string, holder: Record<string, unknown>): string | undefined =>
    readMaterial(file, { data: holder[dataKey], path: holder[fileKey], field: fileKey });
  const cert = material('client-certificate-data', 'client-certificate', user);
  const key = material('client-key-data', 'client-key', user);
  if ((cert === undefined) !== (key === undefined))
    throw new AppError(
      'invalid',
      `${file}: user ${context.user} has a client ${cert ? 'certificate without a key' : 'key without a certificate'}; both are needed`,
    );
  return {
    name,
    server: cluster.server.replace(/\/+$/, ''),
    namespace: context.namespace ?? null,
    ca: material('certificate-authority-data', 'certificate-authority', cluster),
    verify: cluster['insecure-skip-tls-verify'] !== true,
    serverName: cluster['tls-server-name'],
    cert,
    key,
    token: user.token || undefined,
    tokenFile: user.tokenFile ? resolve(dirname(file), user.tokenFile) : undefined,
    basic: user.username ? { username: user.username, password: user.password ?? '' } : undefined,
    exec: user.exec && { ...user.exec, command: commandOf(user.exec.command, file) },
  };
}

// A bare name is looked up on PATH; a path is relative to the kubeconfig that names it.
function commandOf(command: string, file: string): string {
  return /[\\/]/.test(command) ? resolve(dirname(file), command) : command;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Access from inside a Pod, by its service account; null outside a cluster. */
export function inClusterAccess(env: Readonly<Record<string, string | undefined>>): ClusterAccess | null {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const tokenFile = `${SERVICE_ACCOUNT}/token`;
  if (!host || !existsSync(tokenFile)) return null;
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return {
    name: 'in-cluster',
    server: `https://${bracketed}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
    namespace: existsSync(`${SERVICE_ACCOUNT}/namespace`)
      ? readFileSync(`${SERVICE_ACCOUNT}/namespace`, 'utf8').trim()
      : null,
    ca: readFileSync(`${SERVICE_ACCOUNT}/ca.crt`, 'utf8'),
    verify: true,
    serverName: undefined,
    cert: undefined,
    key: undefined,
    token: undefined,
    tokenFile,
    basic: undefined,
    exec: undefined,
  };
}

function parseContent(content: string, file: string): z.infer<typeof Kubeconfig> {
  let value: unknown;
  try {
    value = parse(content);
  } catch (error) {
    throw new AppError('invalid', `kubeconfig ${file} is not YAML: ${messageOf(error)}`, { cause: error });
  }
  const parsed = Kubeconfig.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    'invalid',
    `kubeconfig ${file}: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'malformed'}`,
  );
}

function readMaterial(
  file: string,
  { data, path, field }: { data: unknown; path: unknown; field: string },
): string | undefined {
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  if (typeof path !== 'string' || path === '') return undefined;
  const absolute = resolve(dirname(file), path);
  try {
    return readFileSync(absolute, 'utf8');
  } catch (error) {
    throw new AppError('invalid', `kubeconfig ${file}: ${field} ${absolute} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

type Named = { readonly name: string };

function byName<T extends Named>(entries: readonly T[] | null | undefined, name: string): T | undefined {
  return (entries ?? []).find((entry) => entry.name === name);
}

function names(entries: readonly Named[] | null | undefined): string {
  return (entries ?? []).map(({ name }) => name).join(', ') || 'none';
}
