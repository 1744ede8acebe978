import { parseArgs } from 'node:util';
import { faultyVariant, repairedVariant } from '../../../recordings/scenario.ts';
import { scoreVariant } from '../../../recordings/score.ts';
import { without } from './arms.ts';
import { loadCatalog } from './catalog.ts';
import { ARM_SOURCES } from './fault.ts';

/** `node bench/src/synthetic/try.ts [CODE...] [--seeds N] [--from N] [--arm SOURCE] [--show]`: how the engine does on some faults and their healthy twins. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '3' },
      from: { type: 'string', default: '0' },
      arm: { type: 'string' },
      show: { type: 'boolean' },
    },
  });
  const source = ARM_SOURCES.find((name) => name === values.arm?.replace(/^no-/, ''));
  const faults = (await loadCatalog()).filter(
    ({ code }) =>
      positionals.length === 0 || positionals.some((wanted) => code === wanted || code.startsWith(`${wanted}-`)),
  );
  const first = Number(values.from);
  let wrong = 0;
  for (const { code, name, scenario } of faults) {
    for (let seed = first; seed < first + Number(values.seeds); seed++) {
      const faulty = faultyVariant(scenario, seed);
      const variants = source
        ? [{ ...faulty, world: without(faulty.world, source) }]
        : [faulty, repairedVariant(scenario, seed)];
      for (const variant of variants) {
        const { score, diagnosis } = scoreVariant(variant);
        if (values.show && !variant.scene.repaired) process.stdout.write(`${JSON.stringify(diagnosis, null, 1)}\n`);
        if (score.right) continue;
        wrong++;
        process.stdout.write(
          `WRONG ${code} ${name}${variant.scene.repaired ? ' (repaired)' : ''} seed ${seed}\n  ${score.misses.join('\n  ')}\n  ${diagnosis.summary}\n`,
        );
      }
    }
  }
  process.stdout.write(`${faults.length} faults, ${values.seeds} seeds each, ${wrong} wrong\n`);
  return wrong > 0 ? 1 : 0;
}

process.exitCode = await main();
