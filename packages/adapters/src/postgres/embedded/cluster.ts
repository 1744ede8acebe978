import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import type { Binaries } from './binaries.ts';
import { clusterVersion, type Directories, own } from './directories.ts';
import { commandOf, isRunning, untilGone } from './processes.ts';

/** The name of the one user and the one database of an embedded server. */
export const EMBEDDED_USER = 'headwater';
export const EMBEDDED_DATABASE = 'headwater';

const STOP_WITHIN_MS = 20_000;

/** Makes the database cluster when there is none, and refuses one of another major version. */
export async function prepareCluster(directories: Directories, binaries: Binaries): Promise<void> {
  const version = await clusterVersion(directories.cluster);
  if (version === null) return createCluster(directories, binaries);
  if (version !== binaries.major) {
    const message = `${directories.cluster} was made by PostgreSQL ${version}, this Headwater brings ${binaries.major}: write a backup with the Headwater that made it (headwater db backup), then restore it into an empty --data-dir with this one (headwater db restore)`;
    throw new AppError('precondition', message, { details: { found: version, wanted: binaries.major } });
  }
}

async function createCluster(directories: Directories, binaries: Binaries): Promise<void> {
  if (existsSync(directories.cluster)) {
    throw new AppError('precondition', `${directories.cluster} exists but is no PostgreSQL database: move it away`);
  }
  // Made aside and renamed: a start that was cut off leaves nothing that looks like a database.
  const fresh = `${directories.cluster}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await own(fresh, directories.account);
  await run(binaries.initdb, initdbArguments(fresh), directories);
  await rename(fresh, directories.cluster);
}

function initdbArguments(folder: string): string[] {
  return [
    `--pgdata=${folder}`,
    `--username=${EMBEDDED_USER}`,
    // The socket's directory is private to this user; a password beside it would guard nothing.
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    // Sorts and folds the same on every machine, whatever its C library.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ];
}

function run(command: string, args: readonly string[], directories: Directories): Promise<void> {
  const { account, data } = directories;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: data,
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2_000);
    });
    const fail = (why: string) => reject(new AppError('unavailable', `the database could not be created: ${why}`));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve() : fail(said.trim() || `initdb ended with ${code}`)));
  });
}

/** Ends the server an earlier Headwater left behind when it was killed; the caller owns the directory. */
export async function stopOrphan(cluster: string): Promise<boolean> {
  const pid = await postmasterPid(cluster);
  if (pid === null || !isRunning(pid)) return false;
  const pidFile = join(cluster, 'postmaster.pid');
  const command = commandOf(pid);
  if (command !== undefined && !/\bpostgres\b/.test(command)) {
    // Another program got the number, as in a restarted container. PostgreSQL would take it for a server and not start.
    await rm(pidFile, { force: true });
    return false;
  }
  // Somebody else's server must not be stopped, nor a second one be started beside one that may be ours.
  if (command === undefined || !command.includes(cluster)) {
    const message = `${pidFile} names the PostgreSQL process ${pid}, which Headwater did not start there: stop it if it uses this directory, else delete that file`;
    throw new AppError('conflict', message, { details: { pid } });
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    signalProcess(pid, signal);
    if (await untilGone(pid, STOP_WITHIN_MS)) return true;
  }
  throw new AppError('conflict', `the PostgreSQL process ${pid} of an earlier Headwater does not stop: end it`);
}

async function postmasterPid(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
