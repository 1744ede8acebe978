import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HardScenario } from './hard-scenario.ts';

const MACHINERY = new Set(['hard-scenario.ts', 'judge.ts', 'load.ts', 'try.ts', 'write.ts']);

/** Every scenario of the hard set, by slug. */
export async function loadHardScenarios(): Promise<HardScenario[]> {
  const directory = import.meta.dirname;
  const files = readdirSync(directory)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !MACHINERY.has(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const module = (await import(pathToFileURL(join(directory, file)).href)) as { scenario?: HardScenario };
      if (module.scenario?.slug !== file.replace(/\.ts$/, ''))
        throw new Error(`recordings/hard/${file} must export a scenario with that slug`);
      return module.scenario;
    }),
  );
}
