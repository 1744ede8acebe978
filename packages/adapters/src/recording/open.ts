import { open, stat } from 'node:fs/promises';
import { AppError } from '@headwater/core/errors.ts';
import {
  type LogIdentity,
  RECORDING_PARTS,
  type RecordingPart,
  type RecordingSource,
} from '@headwater/engine/ports/recording.ts';
import { archiveFiles } from './archive.ts';
import { directoryFiles } from './directory.ts';
import type { RecordingFiles } from './files.ts';
import { linesOf } from './lines.ts';
import { readExpected, readManifest } from './manifest.ts';
import { partOf, readItems } from './read.ts';
import { logIdentity, logPath } from './read-logs.ts';

/**
 * Opens a recording, a directory or a `.tar.gz`. Throws AppError `not_found` when nothing lies there, and `invalid` when it is no
 * recording or its recording.yaml is wrong; everything else that is wrong inside comes as malformed items while reading.
 */
export async function openRecording(path: string): Promise<RecordingSource> {
  const files = await openFiles(path);
  const manifest = await readManifest(files, path);
  return {
    path,
    manifest,
    read: (parts: readonly RecordingPart[] = RECORDING_PARTS) => readItems(files, parts),
    folders: async () => {
      const names = await files.folders();
      return new Set(RECORDING_PARTS.filter((part) => names.has(part)));
    },
    logs: () => listLogs(files),
    openLog: async (identity) => {
      const file = await files.open(logPath(identity));
      return file && file.odd === undefined ? linesOf(file.chunks()) : null;
    },
    expected: () => readExpected(files, path),
  };
}

async function openFiles(path: string): Promise<RecordingFiles> {
  const stats = await stat(path).catch(() => null);
  if (!stats) {
    throw new AppError('not_found', `there is no recording at ${path}`, {
      details: { path, expected: 'a directory with recording.yaml, or the same as .tar.gz' },
    });
  }
  if (stats.isDirectory()) return directoryFiles(path);
  if (stats.isFile() && (await isGzip(path))) return archiveFiles(path);
  throw new AppError('invalid', `${path} is no recording: neither a directory nor a gzip-compressed archive`, {
    details: { path, expected: 'a directory with recording.yaml, or the same as .tar.gz' },
  });
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function listLogs(files: RecordingFiles): Promise<LogIdentity[]> {
  const found: LogIdentity[] = [];
  for await (const file of files.entries((path) => partOf(path) === 'logs')) {
    const identity = logIdentity(file.path);
    if (!('expected' in identity) && file.odd === undefined) found.push(identity);
  }
  return found;
}
