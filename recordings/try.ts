import { parseArgs } from 'node:util';
import { loadScenarios } from './load.ts';
import { faultyVariant, repairedVariant } from './scenario.ts';
import { scoreVariant } from './score.ts';

/** `node recordings/try.ts [SLUG...] [--seeds N] [--show]`: how the engine does on a scenario's seeds, broken and repaired. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: 'string', default: '1' }, show: { type: 'boolean' } },
  });
  const chosen = (await loadScenarios()).filter(({ slug }) => positionals.length === 0 || positionals.includes(slug));
  const seeds = Array.from({ length: Number(values.seeds) })
    .keys()
    .toArray();
  const variants = chosen.flatMap((scenario) =>
    seeds.flatMap((seed) => [faultyVariant(scenario, seed), repairedVariant(scenario, seed)]),
  );
  let wrong = 0;
  for (const variant of variants) {
    const { score, diagnosis } = scoreVariant(variant);
    if (values.show && !variant.scene.repaired) process.stdout.write(`${JSON.stringify(diagnosis, null, 1)}\n`);
    if (score.right) continue;
    wrong++;
    const name = `${variant.scenario.slug}${variant.scene.repaired ? ' (repaired)' : ''} seed ${variant.scene.seed}`;
    process.stdout.write(`WRONG ${name}\n  ${score.misses.join('\n  ')}\n  ${diagnosis.summary}\n`);
  }
  process.stdout.write(`${chosen.length} scenarios, ${values.seeds} seeds each, ${wrong} wrong\n`);
  return wrong > 0 ? 1 : 0;
}

process.exitCode = await main();
