import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '@headwater/core/errors.ts';
import { readRules, type RulesRead } from '@headwater/engine/rules/read-rules.ts';
import { joined } from '@headwater/engine/rules/rule-book.ts';

/** Reads the rules of files and directories (every `.yaml` and `.yml` below them). */
export function rulesIn(paths: readonly string[]): RulesRead {
  return joined(paths.flatMap(filesIn).map((file) => readRules(file, readText(file))));
}

/**
 * As `rulesIn`, and the same answer until a file is added, removed or written. The first reading must succeed; what cannot be read
 * later leaves what was in force.
 */
export function followRules(paths: readonly string[]): () => RulesRead {
  let known = { signature: signatureOf(paths), read: rulesIn(paths) };
  return () => {
    try {
      const signature = signatureOf(paths);
      if (known.signature !== signature) known = { signature, read: rulesIn(paths) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
    return known.read;
  };
}

function signatureOf(paths: readonly string[]): string {
  return paths
    .flatMap(filesIn)
    .map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 'gone'}`)
    .join('\n');
}

function filesIn(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat)
    throw new AppError('not_found', `there is nothing at ${path}; expected a rule file or a directory of rule files`);
  if (!stat.isDirectory()) return [path];
  // A mounted ConfigMap keeps its versions in folders whose names begin with two dots.
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name) && !name.split('/').some((part) => part.startsWith('..')))
    .sort()
    .map((name) => join(path, name));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('not_found', `${file} could not be read: ${messageOf(error)}`, { cause: error });
  }
}
