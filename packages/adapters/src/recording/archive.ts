import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { isHidden, type RecordingFile, type RecordingFiles } from './files.ts';
import { type TarEntry, tarEntries } from './tar.ts';

/**
 * The files of a `.tar.gz`, streamed and never unpacked to disk: each pass decompresses anew. The recording may lie at the
 * archive's root or in its only directory. Throws AppError `invalid` when there is no recording.yaml in it.
 */
export async function archiveFiles(archive: string): Promise<RecordingFiles> {
  const root = await findRoot(archive);
  const entries = (wanted: (path: string) => boolean): AsyncGenerator<RecordingFile> => walk(archive, root, wanted);
  let folders: Promise<ReadonlySet<string>> | undefined;
  return {
    entries,
    open: async (path) => {
      for await (const file of entries((other) => other === path)) {
        return { ...file, chunks: () => reread(archive, root, path) };
      }
      return null;
    },
    folders: () => (folders ??= listFolders(archive, root)),
  };
}

// The stream a file was found in is closed when its loop is left, so an opened file walks the archive a second time.
async function* reread(archive: string, root: string, path: string): AsyncGenerator<Uint8Array> {
  for await (const file of walk(archive, root, (other) => other === path)) {
    yield* file.chunks();
    return;
  }
}

async function* entriesOf(archive: string): AsyncGenerator<TarEntry> {
  const source = createReadStream(archive, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // pipe() does not forward errors, and the reader would wait for ever.
  source.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    for await (const entry of tarEntries(gunzip)) yield { ...entry, body: () => naming(archive, entry.body()) };
  } catch (error) {
    throw broken(archive, error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* naming(archive: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw broken(archive, error);
  }
}

function broken(archive: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('invalid', `${archive} cannot be read to its end: ${messageOf(error)}`, {
    details: { path: archive, expected: 'a complete gzip-compressed tar archive' },
    cause: error,
  });
}

async function* walk(archive: string, root: string, wanted: (path: string) => boolean): AsyncGenerator<RecordingFile> {
  for await (const { name, size, type, body } of entriesOf(archive)) {
    const path = relativePath(name, root);
    if (path === null || type === 'directory' || isHidden(path) || !wanted(path)) continue;
    const odd = type === 'file' ? {} : { odd: type === 'symlink' ? 'a symbolic link' : 'no plain file' };
    yield { path, size, ...odd, chunks: body };
  }
}

// Of an archive that breaks off, the folders before the break are known.
async function listFolders(archive: string, root: string): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  try {
    for await (const { name, type } of entriesOf(archive)) {
      const [folder = '', ...rest] = relativePath(name, root)?.split('/') ?? [];
      if (rest.length > 0 || (folder !== '' && type === 'directory')) folders.add(folder);
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return folders;
}

async function findRoot(archive: string): Promise<string> {
  for await (const { name } of entriesOf(archive)) {
    const match = /^(?:\.\/)?((?:[^/]+\/)?)recording\.yaml$/.exec(name);
    if (match) return match[1] ?? '';
  }
  throw new AppError('invalid', `${archive} has no recording.yaml`, {
    details: { path: archive, expected: 'recording.yaml at the root of the archive or in its only directory' },
  });
}

// "a/./b", "../x" and absolute names come only from archives that were made to confuse.
function relativePath(name: string, root: string): string | null {
  const path = name.replace(/^\.\//, '').replace(/\/$/, '');
  if (path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '.')) return null;
  if (root === '') return path;
  return path.startsWith(root) ? path.slice(root.length) : null;
}
