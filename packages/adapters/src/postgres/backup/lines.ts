import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '@headwater/core/errors.ts';

/** The lines of a gzip file; `not_found` and `invalid` say why it cannot be read. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const unzipped = createGunzip();
  file.on('error', (error) => unzipped.destroy(error));
  file.pipe(unzipped);
  unzipped.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of unzipped as AsyncIterable<string>) {
      // At line feeds alone: node's readline also splits at U+2028, which a value may hold as it is.
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    file.destroy();
    unzipped.destroy();
  }
  if (rest !== '') yield rest;
}

function unreadable(path: string, error: unknown): AppError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  if (missing) return new AppError('not_found', `${path} does not exist`, { cause: error });
  return new AppError('invalid', `${path} is no complete backup: ${messageOf(error)}`, { cause: error });
}
