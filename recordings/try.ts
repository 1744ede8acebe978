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
  let wrong = 0;
  for (const scenario of chosen) {
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      for (const variant of [faultyVariant(scenario, seed), repairedVariant(scenario, seed)]) {
        const { score, diagnosis } = scoreVariant(variant);
        if (!score.right) wrong++;
        const name = `${scenario.slug}${variant.scene.repaired ? ' (repaired)' : ''} seed ${seed}`;
        if (!score.right)
          process.stdout.write(`WRONG ${name}\n  ${score.misses.join('\n  ')}\n  ${diagnosis.summary}\n`);
        if (values.show && !variant.scene.repaired) process.stdout.write(`${JSON.stringify(diagnosis, null, 1)}\n`);
      }
    }
  }
  process.stdout.write(`${chosen.length} scenarios, ${values.seeds} seeds each, ${wrong} wrong\n`);
  return wrong > 0 ? 1 : 0;
}

process.exitCode = await main();
