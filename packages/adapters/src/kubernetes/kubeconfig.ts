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
  return accessIn([{ file, config: parseContent(readContent(file), file) }], contextName);
}

/** As `readKubeconfig` over several files, as `KUBECONFIG` lists them: the first that names something wins, missing files are passed over. */
export function readKubeconfigs(files: readonly string[], contextName?: string): ClusterAccess {
  const present = files.filter((file) => existsSync(file));
  // With none there, reading the first says so.
  const sources = (present.length > 0 ? present : files.slice(0, 1)).map((file) => ({
    file,
    config: parseContent(readContent(file), file),
  }));
  return accessIn(sources, contextName);
}

/** As `readKubeconfig`, from text; `file` names it in messages and resolves relative paths. */
export function parseKubeconfig(content: string, file: string, contextName?: string): ClusterAccess {
  return accessIn([{ file, config: parseContent(content, file) }], contextName);
}

interface Source {
  /** Relative paths of an entry are relative to the file that holds it. */
  readonly file: string;
  readonly config: z.infer<typeof Kubeconfig>;
}

function accessIn(sources: readonly Source[], contextName: string | undefined): ClusterAccess {
  const all = <T extends Named>(pick: (config: Source['config']) => readonly T[] | null | undefined): (T & Origin)[] =>
    sources.flatMap(({ file, config }) => (pick(config) ?? []).map((entry) => ({ ...entry, file })));
  const [contexts, clusters, users] = [
    all((config) => config.contexts),
    all((config) => config.clusters),
    all((config) => config.users),
  ];
  const where = sources.map(({ file }) => file).join(', ');
  const name = contextName ?? sources.map(({ config }) => config['current-context']).find(Boolean);
  if (!name)
    throw new AppError(
      'invalid',
      `${where}: no current-context is set; choose one with --context (${names(contexts)})`,
    );
  const context = byName(contexts, name)?.context;
  if (!context) throw new AppError('not_found', `${where}: no context ${name}; there is ${names(contexts)}`);
  const cluster = byName(clusters, context.cluster);
  if (!cluster)
    throw new AppError(
      'invalid',
      `${where}: context ${name} names cluster ${context.cluster}, which is not defined; there is ${names(clusters)}`,
    );
  const user = byName(users, context.user);
  if (!user)
    throw new AppError(
      'invalid',
      `${where}: context ${name} names user ${context.user}, which is not defined; there is ${names(users)}`,
    );
  if (!/^https?:\/\//.test(cluster.cluster.server))
    throw new AppError(
      'invalid',
      `${cluster.file}: the server of cluster ${context.cluster} is ${JSON.stringify(cluster.cluster.server)}; expected https://HOST:PORT`,
    );
  return { name, namespace: context.namespace ?? null, ...serverOf(cluster), ...identityOf(user) };
}

type Entries<K extends 'clusters' | 'users'> = NonNullable<Source['config'][K]>[number] & Origin;

function serverOf({
  file,
  cluster,
}: Entries<'clusters'>): Pick<ClusterAccess, 'server' | 'ca' | 'verify' | 'serverName'> {
  return {
    server: cluster.server.replace(/\/+$/, ''),
    ca: readMaterial(file, {
      data: cluster['certificate-authority-data'],
      path: cluster['certificate-authority'],
      field: 'certificate-authority',
    }),
    verify: cluster['insecure-skip-tls-verify'] !== true,
    serverName: cluster['tls-server-name'],
  };
}

function identityOf({
  file,
  name,
  user: given,
}: Entries<'users'>): Omit<ClusterAccess, 'name' | 'namespace' | 'server' | 'ca' | 'verify' | 'serverName'> {
  // A user without any credential is legal: a proxy may add them.
  const user = given ?? {};
  const cert = readMaterial(file, {
    data: user['client-certificate-data'],
    path: user['client-certificate'],
    field: 'client-certificate',
  });
  const key = readMaterial(file, { data: user['client-key-data'], path: user['client-key'], field: 'client-key' });
  if ((cert === undefined) !== (key === undefined))
    throw new AppError(
      'invalid',
      `${file}: user ${name} has a client ${cert ? 'certificate without a key' : 'key without a certificate'}; both are needed`,
    );
  return {
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

function readContent(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `cannot read kubeconfig ${file}: ${messageOf(error)}`, { cause: error });
  }
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

interface Named {
  readonly name: string;
}

interface Origin {
  readonly file: string;
}

function byName<T extends Named>(entries: readonly T[], name: string): T | undefined {
  return entries.find((entry) => entry.name === name);
}

function names(entries: readonly Named[]): string {
  return entries.map(({ name }) => name).join(', ') || 'none';
}
