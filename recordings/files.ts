import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { worldToFiles } from '@headwater/testkit/world/to-files.ts';
import { faultyVariant, repairedVariant, type Scenario, type Variant } from './scenario.ts';

/** The seed whose recordings are committed. */
export const COMMITTED_SEED = 0;

/** The files of both recordings of a scenario: path below `recordings/` to text. */
export function filesOf(scenario: Scenario, seed = COMMITTED_SEED): Map<string, string> {
  const files = new Map<string, string>();
  const add = (name: string, title: string, variant: Variant): void => {
    const recording = worldToFiles(variant.world, { name, title, expected: variant.expected });
    for (const [path, text] of recording) files.set(join(name, path), text);
  };
  add(scenario.slug, scenario.title, faultyVariant(scenario, seed));
  add(`${scenario.slug}-repaired`, `${scenario.title} (after the repair)`, repairedVariant(scenario, seed));
  return files;
}

/** Paths below `root` that are missing, different or no longer made. */
export function differences(root: string, files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [path, text] of files) {
    const full = join(root, path);
    if (!existsSync(full)) found.push(`${path} is missing`);
    else if (readFileSync(full, 'utf8') !== text) found.push(`${path} differs`);
  }
  for (const path of recordedFiles(root)) if (!files.has(path)) found.push(`${path} is no longer generated`);
  return found;
}

/** Writes the files and removes recordings that are no longer made. */
export function writeFiles(root: string, files: ReadonlyMap<string, string>): void {
  for (const name of recordingsIn(root)) rmSync(join(root, name), { recursive: true });
  for (const [path, text] of files) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

function recordingsIn(root: string): string[] {
  return readdirSync(root).filter((name) => existsSync(join(root, name, 'recording.yaml')));
}

function recordedFiles(root: string): string[] {
  return recordingsIn(root).flatMap((name) =>
    readdirSync(join(root, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
}
