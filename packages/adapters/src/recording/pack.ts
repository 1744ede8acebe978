import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { compareText } from '@headwater/core/subject.ts';
import { packTar } from 'modern-tar/fs';

/** Packs a directory into a `.tar.gz`, recording.yaml first so that readers find it at once, the rest in name order. */
export async function packDirectory(root: string, archive: string, modified: Date): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const rank = (path: string): string => (relative(root, path) === 'recording.yaml' ? '' : path);
  files.sort((left, right) => compareText(rank(left), rank(right)));
  // Owner, mode and time of whoever records say nothing about the incident, and would make equal recordings differ.
  const plain = { mtime: modified, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '' };
  const sources = files.map((source) => ({
    type: 'file' as const,
    source,
    target: relative(root, source).split(sep).join('/'),
    ...plain,
  }));
  await pipeline(packTar(sources), createGzip(), createWriteStream(archive));
}
