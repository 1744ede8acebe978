import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { differences, filesOf, writeFiles } from './files.ts';
import { loadScenarios } from './load.ts';

/** `node recordings/generate.ts [--check] [--out FOLDER]`: writes every scenario's two recordings, or says which are not current. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean' }, out: { type: 'string' } } });
  const root = values.out ?? import.meta.dirname;
  mkdirSync(root, { recursive: true });
  const files = new Map((await loadScenarios()).flatMap((scenario) => [...filesOf(scenario)]));
  if (values.check) return report(differences(root, files));
  writeFiles(root, files);
  const bytes = [...files.values()].reduce((total, text) => total + Buffer.byteLength(text), 0);
  process.stdout.write(`${files.size} files, ${(bytes / 1_048_576).toFixed(1)} MB\n`);
  return 0;
}

function report(found: readonly string[]): number {
  if (found.length === 0) return 0;
  const rest = found.length > 20 ? [`and ${found.length - 20} more`] : [];
  const lines = [...found.slice(0, 20), ...rest, 'Run: node recordings/generate.ts'];
  process.stderr.write(`${lines.join('\n')}\n`);
  return 1;
}

process.exitCode = await main();
