import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import { type Account, accountFor } from './account.ts';

export interface Directories {
  /** What the person chose; everything else lies in it. */
  readonly data: string;
  /** The database itself. */
  readonly cluster: string;
  readonly lock: string;
  /** Where its socket is: in the data directory unless that path is too long for a socket. */
  readonly socket: string;
  /** The user the server runs as; undefined means the user of this process. */
  readonly account: Account | undefined;
}

// A socket's path holds 107 bytes on Linux and 103 on macOS, of which `/.s.PGSQL.5432` takes 14.
const LONGEST_SOCKET_DIRECTORY = 103 - 14;

/** Where everything of a data directory is; makes nothing. */
export function directoriesOf(dataDirectory: string): Directories {
  const data = resolve(dataDirectory);
  const cluster = join(data, 'postgres');
  const account = accountFor(ownerOf(cluster) ?? ownerOf(data));
  return { data, cluster, lock: join(data, 'headwater.lock'), socket: socketDirectory(data), account };
}

function socketDirectory(data: string): string {
  const near = join(data, 'run');
  if (Buffer.byteLength(near) <= LONGEST_SOCKET_DIRECTORY) return near;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return join(tmpdir(), `headwater-${process.getuid?.() ?? 0}-${name}`);
}

/** Makes the directories, private to the server's user, and refuses a place that user cannot reach. */
export async function prepareDirectories(directories: Directories): Promise<void> {
  const { data, account, socket } = directories;
  await mkdir(dirname(data), { recursive: true, mode: 0o755 });
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (account && ownerOf(data) === 0 && readdirSync(data).length === 0) await own(data, account);
  await mkdir(socket, { recursive: true, mode: 0o700 });
  refuseForeignDirectory(socket, account);
  await own(socket, account);
  if (account) refuseUnreachable(data, account);
}

/** The major version a cluster was made with; null when there is none yet. */
export async function clusterVersion(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

/** Gives a directory to the server's user alone. */
export async function own(path: string, account: Account | undefined): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
  await chmod(path, 0o700);
}

// The socket may lie in a directory everybody can write to; another user's directory of that name is a trap.
function refuseForeignDirectory(path: string, account: Account | undefined): void {
  const found = lstatSync(path);
  const mine = [process.getuid?.() ?? 0, account?.uid];
  if (!found.isDirectory() || !mine.includes(found.uid)) {
    throw new AppError('precondition', `${path} belongs to another user: remove it, or choose a shorter --data-dir`);
  }
}

function refuseUnreachable(data: string, account: Account): void {
  const tried = spawnSync('/bin/sh', ['-c', 'cd -- "$0"', data], {
    uid: account.uid,
    gid: account.gid,
    stdio: 'ignore',
  });
  if (tried.status === 0) return;
  const message = `PostgreSQL does not run as root, and the user ${account.name} it would run as cannot enter ${data}: choose a --data-dir outside private directories (for example /var/lib/headwater), or start Headwater as an unprivileged user`;
  throw new AppError('precondition', message, { details: { directory: data, blockedBy: closedParent(data, account) } });
}

function closedParent(path: string, account: Account): string {
  const parents: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    parents.unshift(at);
    if (at === dirname(at)) break;
  }
  const closed = parents.find((one) => {
    const found = statSync(one);
    return found.uid !== account.uid && (found.mode & 0o001) === 0;
  });
  return closed ?? path;
}

function ownerOf(path: string): number | undefined {
  return existsSync(path) ? statSync(path).uid : undefined;
}
