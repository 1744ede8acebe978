import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scenario } from './scenario.ts';

const directory = join(import.meta.dirname, 'scenarios');

/** Every scenario of the folder, by slug. */
export async function loadScenarios(): Promise<Scenario[]> {
  const files = readdirSync(directory)
    .filter((file) => file.endsWith('.ts'))
    .sort();
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(join(directory, file)).href) as Promise<{ scenario?: Scenario }>),
  );
  return modules.map(({ scenario }, index) => {
    const slug = files[index]?.replace(/\.ts$/, '');
    if (!scenario || scenario.slug !== slug)
      throw new Error(`recordings/scenarios/${slug}.ts must export a scenario with that slug`);
    return scenario;
  });
}
