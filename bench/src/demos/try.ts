import { parseArgs } from 'node:util';
import { faultyVariant } from '../../../recordings/scenario.ts';
import { scoreVariant } from '../../../recordings/score.ts';
import { loadDemos } from './suite.ts';

/** `node bench/src/demos/try.ts [CODE...] [--seeds N] [--show]`: what the engine says of the faults others demonstrate. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: 'string', default: '3' }, show: { type: 'boolean' } },
  });
  const faults = (await loadDemos()).filter(
    ({ code }) => positionals.length === 0 || positionals.some((wanted) => code.includes(wanted)),
  );
  let right = 0;
  let sure = 0;
  for (const { code, scenario } of faults) {
    for (let seed = 0; seed < Number(values.seeds); seed++) {
      const { score, diagnosis } = scoreVariant(faultyVariant(scenario, seed));
      if (values.show) process.stdout.write(`${JSON.stringify(diagnosis, null, 1)}\n`);
      if (score.right) {
        right++;
        continue;
      }
      const [first] = diagnosis.causes;
      if (first?.confidence.band === 'high') sure++;
      process.stdout.write(
        `WRONG ${code} seed ${seed} ${diagnosis.verdict} ${first?.category ?? ''} ${first?.confidence.band ?? ''} ${first?.confidence.score ?? ''}\n  ${score.misses.join('\n  ')}\n  ${diagnosis.summary}\n`,
      );
    }
  }
  process.stdout.write(
    `${faults.length} faults, ${right} of ${faults.length * Number(values.seeds)} right, ${sure} wrong with high confidence\n`,
  );
  return right === faults.length * Number(values.seeds) ? 0 : 1;
}

process.exitCode = await main();
