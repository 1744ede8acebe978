import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { createTarDecoder, type ParsedTarEntry } from 'modern-tar';
import { isHidden, type RecordingFile, type RecordingFiles } from './files.ts';

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
      for await (const file of entries((other) => other === path))
        return { ...file, chunks: () => reread(archive, root, path) };
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

async function* tarEntries(archive: string): AsyncGenerator<ParsedTarEntry> {
  const source = createReadStream(archive, { highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // pipe() does not forward errors, and an unread file would wait for ever.
  source.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  try {
    const bytes = Readable.toWeb(gunzip) as unknown as ReadableStream<Uint8Array>;
    yield* bytes.pipeThrough(createTarDecoder({ strict: true })) as unknown as AsyncIterable<ParsedTarEntry>;
  } catch (error) {
    throw broken(archive, error);
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

function broken(archive: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  // Web streams wrap what zlib says in an error without words.
  const reason = messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
  return new AppError('invalid', `${archive} cannot be read to its end: ${reason}`, {
    details: { path: archive, expected: 'a complete gzip-compressed tar archive' },
    cause: error,
  });
}

async function* walk(archive: string, root: string, wanted: (path: string) => boolean): AsyncGenerator<RecordingFile> {
  for await (const entry of tarEntries(archive)) {
    const path = relativePath(entry.header.name, root);
    const type = entry.header.type ?? 'file';
    if (path === null || type === 'directory' || isHidden(path) || !wanted(path)) {
      await entry.body.cancel();
      continue;
    }
    const body = entry.body as unknown as AsyncIterable<Uint8Array>;
    let read = false;
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      read = true;
      try {
        yield* body;
      } catch (error) {
        throw broken(archive, error);
      }
    };
    const odd = type === 'file' ? {} : { odd: type === 'symlink' ? 'a symbolic link' : 'no plain file' };
    yield { path, size: entry.header.size, ...odd, chunks };
    if (!read) await entry.body.cancel();
  }
}

async function listFolders(archive: string, root: string): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  for await (const entry of tarEntries(archive)) {
    await entry.body.cancel();
    const [folder = '', ...rest] = relativePath(entry.header.name, root)?.split('/') ?? [];
    if (rest.length > 0 || (folder !== '' && entry.header.type === 'directory')) folders.add(folder);
  }
  return folders;
}

async function findRoot(archive: string): Promise<string> {
  for await (const entry of tarEntries(archive)) {
    await entry.body.cancel();
    const match = /^(?:\.\/)?((?:[^/]+\/)?)recording\.yaml$/.exec(entry.header.name);
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
