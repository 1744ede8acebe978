import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compareText } from '@headwater/core/subject.ts';
import type { Fault } from './fault.ts';

const FAULTS = join(import.meta.dirname, 'faults');

// A run asks for the catalog once for every part of it.
const loaded = new Map<string, Promise<readonly Fault[]>>();

/** Every fault of a folder and those below, by code; a file named after another fault than it exports is an error. */
export function loadCatalog(directory = FAULTS): Promise<readonly Fault[]> {
  const known = loaded.get(directory) ?? readCatalog(directory);
  loaded.set(directory, known);
  return known;
}

async function readCatalog(directory: string): Promise<readonly Fault[]> {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const faults = await Promise.all(files.map((file) => loadFault(directory, file)));
  const codes = new Set<string>();
  for (const { code } of faults) {
    if (codes.has(code)) throw new Error(`two faults of the catalog have the code ${code}`);
    codes.add(code);
  }
  return faults.sort((left, right) => compareText(left.code, right.code));
}

async function loadFault(directory: string, file: string): Promise<Fault> {
  const { fault } = (await import(pathToFileURL(join(directory, file)).href)) as { fault?: Fault };
  const name = file.split('/').at(-1) ?? file;
  const code = fault?.code.toLowerCase();
  if (!fault || !(name === `${code}.ts` || name.startsWith(`${code}-`)))
    throw new Error(`${join(directory, file)} must export a fault whose code begins its name`);
  return fault;
}
