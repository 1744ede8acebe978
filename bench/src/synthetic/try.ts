import { parseArgs } from 'node:util';
import { faultyVariant, repairedVariant, type Variant } from '../../../recordings/scenario.ts';
import { scoreVariant } from '../../../recordings/score.ts';
import { type Arm, ARMS, seenBy } from './arms.ts';
import { loadCatalog } from './catalog.ts';
import type { Fault } from './fault.ts';

/** `node bench/src/synthetic/try.ts [CODE...] [--seeds N] [--from N] [--arm ARM] [--show]`: how the engine does on some faults and their healthy twins. */
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
  const arm = ARMS.find((name) => name === values.arm || name === `no-${values.arm}`);
  if (values.arm && !arm) throw new Error(`--arm is one of ${ARMS.join(', ')}`);
  const faults = (await loadCatalog()).filter(
    ({ code }) =>
      positionals.length === 0 || positionals.some((wanted) => code === wanted || code.startsWith(`${wanted}-`)),
  );
  const first = Number(values.from);
  let wrong = 0;
  for (const fault of faults) {
    for (let seed = first; seed < first + Number(values.seeds); seed++) {
      for (const variant of variantsOf(fault, seed, arm)) wrong += tell(fault, variant, values.show ?? false);
    }
  }
  process.stdout.write(`${faults.length} faults, ${values.seeds} seeds each, ${wrong} wrong\n`);
  return wrong > 0 ? 1 : 0;
}

function variantsOf({ scenario }: Fault, seed: number, arm: Arm | undefined): Variant[] {
  const faulty = faultyVariant(scenario, seed);
  return arm ? [{ ...faulty, world: seenBy(faulty.world, arm) }] : [faulty, repairedVariant(scenario, seed)];
}

function tell({ code, name }: Fault, variant: Variant, show: boolean): number {
  const { score, diagnosis } = scoreVariant(variant);
  if (show && !variant.scene.repaired) process.stdout.write(`${JSON.stringify(diagnosis, null, 1)}\n`);
  if (score.right) return 0;
  const { seed, repaired } = variant.scene;
  process.stdout.write(
    `WRONG ${code} ${name}${repaired ? ' (repaired)' : ''} seed ${seed}\n  ${score.misses.join('\n  ')}\n  ${diagnosis.summary}\n`,
  );
  return 1;
}

process.exitCode = await main();
