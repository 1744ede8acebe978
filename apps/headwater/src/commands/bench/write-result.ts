import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a benchmark result as pretty JSON, making the folder when it is missing. */
export function writeResult(file: string, result: object): void {
  writeText(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** Writes a text, making the folder when it is missing. */
export function writeText(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
