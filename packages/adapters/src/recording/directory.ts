import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '@headwater/core/subject.ts';
import { isHidden, type RecordingFile, type RecordingFiles } from './files.ts';

/** The files under a directory, in path order. Symbolic links are not followed: a recording from elsewhere must not read this machine. */
export function directoryFiles(root: string): RecordingFiles {
  return {
    entries: (wanted) => walk(root, '', wanted),
    open: (path) => openFile(root, path),
    folders: async () => {
      const entries = await readdir(root, { withFileTypes: true });
      return new Set(entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name));
    },
  };
}

async function* walk(root: string, folder: string, wanted: (path: string) => boolean): AsyncGenerator<RecordingFile> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  entries.sort((left, right) => compareText(left.name, right.name));
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (isHidden(entry.name)) continue;
    if (entry.isDirectory()) yield* walk(root, path, wanted);
    else if (wanted(path)) {
      const file = await openFile(root, path);
      if (file) yield file;
    }
  }
}

async function openFile(root: string, path: string): Promise<RecordingFile | null> {
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return null;
  const full = join(root, path);
  const stats = await lstat(full).catch(() => null);
  if (!stats || stats.isDirectory()) return null;
  const odd = stats.isSymbolicLink() ? 'a symbolic link' : 'no plain file';
  return {
    path,
    size: stats.size,
    ...(stats.isFile() ? {} : { odd }),
    chunks: () => createReadStream(full, { highWaterMark: 256 * 1024 }),
  };
}
