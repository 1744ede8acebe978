import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { AppError } from '@headwater/core/errors.ts';

/** One frozen incident of Cloud-OpsBench as its line holds it. */
export interface OpsCase {
  readonly id: string;
  readonly namespace: string;
  readonly query: string;
  readonly result: { readonly fault_taxonomy: string; readonly fault_object: string; readonly root_cause: string };
  /** Literal kubectl command to its text. */
  readonly kubectl: Readonly<Record<string, string>> | null;
  /** Tool name to JSON arguments to answer. */
  readonly tools: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly alert: unknown;
  readonly logs: unknown;
  readonly metricsCsv: string | null;
}

export const DATA_VARIABLE = 'HEADWATER_BENCH_DATA';

/** The families of a data directory (`*.jsonl.gz`), or an error that says how to get the data. */
export function familiesIn(directory: string): readonly string[] {
  const files = existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith('.jsonl.gz')) : [];
  if (files.length > 0) return files.sort().map((file) => join(directory, file));
  throw new AppError(
    'not_found',
    `no Cloud-OpsBench data (*.jsonl.gz) in ${directory}; give its directory by --data or ${DATA_VARIABLE}`,
  );
}

/** Streams the cases of one family file. */
export async function* readCases(file: string): AsyncGenerator<OpsCase> {
  const lines = createInterface({
    input: createReadStream(file).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      yield JSON.parse(line) as OpsCase;
    } catch (error) {
      throw new AppError('invalid', `${file}: line ${number} is not JSON`, { cause: error });
    }
  }
}
