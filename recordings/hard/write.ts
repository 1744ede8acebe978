import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { worldToFiles } from '@headwater/testkit/world/to-files.ts';
import { faultyVariant } from '../scenario.ts';
import { loadHardScenarios } from './load.ts';

/** `node recordings/hard/write.ts FOLDER [SLUG...] [--seed N]`: writes scenarios of the hard set as recordings. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '0' } },
  });
  const [folder, ...slugs] = positionals;
  if (!folder) {
    process.stderr.write('Say where to write: node recordings/hard/write.ts FOLDER [SLUG...]\n');
    return 2;
  }
  const chosen = (await loadHardScenarios()).filter(({ slug }) => slugs.length === 0 || slugs.includes(slug));
  let bytes = 0;
  for (const scenario of chosen) {
    const { world, expected } = faultyVariant(scenario, Number(values.seed));
    const files = worldToFiles(world, { name: scenario.slug, title: scenario.title, expected });
    for (const [path, text] of files) {
      const full = join(folder, scenario.slug, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      bytes += Buffer.byteLength(text);
    }
  }
  process.stdout.write(`${chosen.length} recordings, ${(bytes / 1_048_576).toFixed(1)} MB\n`);
  return 0;
}

process.exitCode = await main();
