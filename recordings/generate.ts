import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { worldToFiles } from '@headwater/testkit/world/to-files.ts';
import { loadScenarios } from './load.ts';
import { faultyVariant, repairedVariant, type Scenario, type Variant } from './scenario.ts';

const SEED = 0;

/** The files of both recordings of a scenario: path below `recordings/` to text. */
function filesOf(scenario: Scenario): Map<string, string> {
  const files = new Map<string, string>();
  const add = (name: string, title: string, variant: Variant): void => {
    const recording = worldToFiles(variant.world, { name, title, expected: variant.expected });
    for (const [path, text] of recording) files.set(join(name, path), text);
  };
  add(scenario.slug, scenario.title, faultyVariant(scenario, SEED));
  add(`${scenario.slug}-repaired`, `${scenario.title} (after the repair)`, repairedVariant(scenario, SEED));
  return files;
}

function existingFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function isRecording(root: string, name: string): boolean {
  return existsSync(join(root, name, 'recording.yaml'));
}

/** Paths below `root` that are missing, different or no longer made. */
function differences(root: string, files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [path, text] of files) {
    const full = join(root, path);
    if (!existsSync(full)) found.push(`${path} is missing`);
    else if (readFileSync(full, 'utf8') !== text) found.push(`${path} differs`);
  }
  for (const name of readdirSync(root)) {
    if (!isRecording(root, name)) continue;
    for (const full of existingFiles(join(root, name))) {
      const path = relative(root, full);
      if (!files.has(path)) found.push(`${path} is no longer generated`);
    }
  }
  return found;
}

function write(root: string, files: ReadonlyMap<string, string>): void {
  for (const name of readdirSync(root)) if (isRecording(root, name)) rmSync(join(root, name), { recursive: true });
  for (const [path, text] of files) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, out: { type: 'string' } } });
  const root = values.out ?? import.meta.dirname;
  mkdirSync(root, { recursive: true });
  const files = new Map((await loadScenarios()).flatMap((scenario) => [...filesOf(scenario)]));
  if (values.check) {
    const found = differences(root, files);
    for (const line of found.slice(0, 20)) process.stderr.write(`${line}\n`);
    if (found.length > 20) process.stderr.write(`and ${found.length - 20} more\n`);
    if (found.length > 0) process.stderr.write('Run: node recordings/generate.ts\n');
    return found.length > 0 ? 1 : 0;
  }
  write(root, files);
  const bytes = [...files.values()].reduce((total, text) => total + Buffer.byteLength(text), 0);
  process.stdout.write(`${files.size} files, ${(bytes / 1_048_576).toFixed(1)} MB\n`);
  return 0;
}

process.exitCode = await main();
