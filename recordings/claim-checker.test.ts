import { checkDiagnosis } from '@headwater/diagnosis/checker/diagnosis.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { corrupt, CORRUPTIONS } from '@headwater/testkit/corrupt-diagnosis.ts';
import { createRandom } from '@headwater/testkit/world/random.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { expect, it } from 'vitest';
import { loadScenarios } from './load.ts';
import { faultyVariant } from './scenario.ts';

const WANTED = 300;
const CAUGHT = 0.99;

it(`catches at least 99 % of ${WANTED} seeded corruptions and refuses no clean diagnosis`, async () => {
  const correct = (await loadScenarios()).map((scenario) => {
    const snapshot = buildSnapshot(worldToInput(faultyVariant(scenario, 0).world));
    return { slug: scenario.slug, snapshot, diagnosis: diagnoseSnapshot(snapshot, { version: 'test' }) };
  });
  for (const { slug, snapshot, diagnosis } of correct)
    expect(checkDiagnosis(snapshot, diagnosis), `${slug} is clean`).toEqual([]);
  const keyed = createRandom('corruptions');
  let drawn = 0;
  const random = (): number => keyed.number(`draw ${drawn++}`, 0, 1);
  const missed: string[] = [];
  let made = 0;
  for (let round = 0; made < WANTED; round++) {
    const chosen = correct[round % correct.length];
    const kind = CORRUPTIONS[round % CORRUPTIONS.length];
    const lie = chosen && kind ? corrupt(chosen.diagnosis, chosen.snapshot, { kind, random }) : null;
    if (!chosen || !lie) continue;
    made += 1;
    if (checkDiagnosis(chosen.snapshot, lie.diagnosis).length === 0)
      missed.push(`${chosen.slug}: ${kind}: ${lie.what}`);
  }
  expect(missed.length / made, missed.join('\n')).toBeLessThanOrEqual(1 - CAUGHT);
}, 120_000);
