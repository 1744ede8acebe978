import { parseArgs } from 'node:util';
import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { scoreDiagnosis } from '@headwater/engine/bench/score-recording.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { faultyVariant } from '../scenario.ts';
import { unsound } from '../soundness.ts';
import type { HardScenario } from './hard-scenario.ts';
import { expectationFor, fabricates } from './judge.ts';
import { loadHardScenarios } from './load.ts';

/** `node recordings/hard/try.ts [SLUG or THEME...] [--seeds N] [--show]`: how the engine does on the hard set. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seeds: { type: 'string', default: '1' }, show: { type: 'boolean' } },
  });
  const chosen = (await loadHardScenarios()).filter(
    ({ slug, theme }) =>
      positionals.length === 0 || positionals.some((wanted) => slug.startsWith(wanted) || theme === wanted),
  );
  const tally = { wrong: 0, made: 0, cases: 0 };
  for (const scenario of chosen) {
    for (let seed = 0; seed < Number(values.seeds); seed++) tell(scenario, seed, tally, values.show ?? false);
  }
  process.stdout.write(
    `${chosen.length} scenarios, ${tally.cases} cases, ${tally.wrong} wrong, ${tally.made} fabricated\n`,
  );
  return tally.wrong > 0 ? 1 : 0;
}

function tell(
  scenario: HardScenario,
  seed: number,
  tally: { wrong: number; made: number; cases: number },
  show: boolean,
): void {
  const { world, expected: truth } = faultyVariant(scenario, seed);
  const snapshot = buildSnapshot(worldToInput(world));
  const diagnosis = diagnoseSnapshot(snapshot, { version: 'hard' });
  const expected = ExpectedDiagnosis.parse(truth);
  const score = scoreDiagnosis(diagnosis, expectationFor(scenario, expected, diagnosis), (subject) =>
    snapshot.owners.chain(subject),
  );
  const made = fabricates(diagnosis, expected);
  tally.cases++;
  if (made) tally.made++;
  for (const text of unsound(world)) process.stdout.write(`UNSOUND ${scenario.slug} seed ${seed}: ${text}\n`);
  if (show) process.stdout.write(`${JSON.stringify(diagnosis, null, 1)}\n`);
  if (score.right) return;
  tally.wrong++;
  process.stdout.write(
    `${made ? 'FABRICATED' : 'WRONG'} ${scenario.theme} ${scenario.slug} seed ${seed}\n  ${score.misses.join('\n  ')}\n  ${diagnosis.summary}\n`,
  );
}

process.exitCode = await main();
