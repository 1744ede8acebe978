import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { packDirectory } from './pack.ts';

/** A recording on its way to disk: it is written aside and appears under its name only when it is complete. */
export interface Stage {
  write(path: string, text: string): Promise<void>;
  /** Opens a file for many lines. */
  lines(path: string): Promise<LineFile>;
  /** Moves the finished recording to its place. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

export interface LineFile {
  add(line: string): Promise<void>;
  close(): Promise<void>;
}

/** Begins a recording at a path that must not exist yet; a name ending in `.tar.gz` or `.tgz` becomes an archive. Throws AppError `conflict`. */
export async function openStage(path: string, modified: Date): Promise<Stage> {
  const target = resolve(path);
  if (!(await isFree(target))) {
    throw new AppError('conflict', `${path} exists already`, {
      details: { path, expected: 'a path where nothing lies yet' },
    });
  }
  const root = await failing(path, async () => {
    await mkdir(dirname(target), { recursive: true });
    return mkdtemp(join(dirname(target), `.${basename(target)}.partial-`));
  });
  const place = async (name: string): Promise<string> => {
    const full = join(root, name);
    await mkdir(dirname(full), { recursive: true });
    return full;
  };
  return {
    write: (name, text) => failing(path, async () => writeFile(await place(name), text)),
    lines: (name) => failing(path, async () => lineFile(createWriteStream(await place(name)))),
    publish: () => failing(path, () => publish(root, target, modified)),
    discard: () => rm(root, { recursive: true, force: true }),
  };
}

async function publish(root: string, target: string, modified: Date): Promise<void> {
  if (!/\.(tar\.gz|tgz)$/.test(target)) {
    await rename(root, target);
    return;
  }
  const archive = `${root}.tar.gz`;
  try {
    await packDirectory(root, archive, modified);
    await rename(archive, target);
  } finally {
    await rm(archive, { force: true });
    await rm(root, { recursive: true, force: true });
  }
}

async function isFree(target: string): Promise<boolean> {
  const stats = await stat(target).catch(() => null);
  if (!stats) return true;
  return stats.isDirectory() && (await readdir(target)).length === 0;
}

function lineFile(stream: WriteStream): LineFile {
  // Without a listener a full disk would end the process; `once` and `finished` report it to the writer.
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  const check = (): void => {
    if (failure) throw failure;
  };
  return {
    add: async (line) => {
      check();
      if (!stream.write(`${line}\n`)) await once(stream, 'drain');
    },
    close: async () => {
      check();
      stream.end();
      await once(stream, 'close');
      check();
    },
  };
}

async function failing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new AppError('unavailable', `the recording ${path} cannot be written: ${messageOf(error)}`, {
      details: { path },
      cause: error,
      retryable: false,
    });
  }
}
