import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { faultyVariant, repairedVariant, type Variant } from '../../../recordings/scenario.ts';
import { caseResult } from '../score-case.ts';
import { medianTime, surelyWrong } from '../common-scores.ts';
import { shareOf } from '../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../suite.ts';
import { timedDiagnosis } from '../timed-diagnosis.ts';
import { type Arm, ARMS, seenBy } from './arms.ts';
import { loadCatalog } from './catalog.ts';
import { lookAlikeShares } from './confusion.ts';
import type { Fault } from './fault.ts';

const TWIN = 'twin';
/** Views with something taken away or added are looked at with fewer seeds than the full one. */
const ARM_SHARE = 0.25;
const TWIN_SHARE = 0.6;

/** Every fault of the catalog as made worlds: broken, seen in different ways, and repaired. */
export const synthetic: Suite = {
  name: 'synthetic',
  title: 'Synthetic catalog',
  missing: () => null,
  parts: async () => (await loadCatalog()).map(({ code }) => code),
  run: runFault,
  summarise,
};

async function runFault(part: string, options: SuiteOptions): Promise<CaseResult[]> {
  const fault = (await loadCatalog()).find(({ code }) => code === part);
  if (!fault) return [];
  const few = Math.max(1, Math.round(options.seeds * ARM_SHARE));
  const results: CaseResult[] = [];
  for (const arm of ARMS) {
    for (let seed = 0; seed < (arm === 'full' ? options.seeds : few); seed++)
      results.push(runCase(fault, { variant: faultyVariant(fault.scenario, seed), arm }, options));
  }
  for (let seed = 0; seed < Math.ceil(options.seeds * TWIN_SHARE); seed++)
    results.push(runCase(fault, { variant: repairedVariant(fault.scenario, seed), arm: TWIN }, options));
  return results;
}

function runCase(
  { code, lookAlikes }: Fault,
  { variant, arm }: { variant: Variant; arm: Arm | typeof TWIN },
  options: SuiteOptions,
): CaseResult {
  const world = arm === TWIN ? variant.world : seenBy(variant.world, arm);
  const { snapshot, diagnosis, ms } = timedDiagnosis(worldToInput(world), options);
  const expected = seenExpectation(ExpectedDiagnosis.parse(variant.expected), arm, diagnosis.verdict);
  // With a source gone a close second is honest; what is scored is the first cause.
  const judged =
    diagnosis.verdict === 'ambiguous' && expected.verdict === 'cause'
      ? { ...diagnosis, verdict: 'cause' as const }
      : diagnosis;
  const frame = { id: `${code}#${variant.scene.seed}`, group: code, arm, ms };
  return { ...caseResult({ diagnosis: judged, snapshot, expected }, frame), verdict: diagnosis.verdict, lookAlikes };
}

// What only the missing source says cannot be quoted; the object and the category must still be right. And who could not look
// everywhere may say so of a healthy cluster.
function seenExpectation(expected: ExpectedDiagnosis, arm: string, verdict: CaseResult['verdict']): ExpectedDiagnosis {
  if (!arm.startsWith('no-')) return expected;
  const restrained = expected.verdict === 'no-fault' && verdict === 'insufficient-evidence';
  return { ...expected, keywords: [], ...(restrained ? { verdict } : {}) };
}

function summarise(cases: readonly CaseResult[]): Score[] {
  const isRight = ({ right }: CaseResult): boolean => right;
  const of = (arm: string): CaseResult[] => cases.filter((one) => one.arm === arm);
  const full = of('full');
  const twins = of(TWIN);
  const faults = Map.groupBy(full, ({ group }) => group);
  const pairs = lookAlikeShares(full);
  return [
    { name: 'faults', value: faults.size, cases: full.length, unit: 'count', bar: 170 },
    { name: 'first cause right', value: shareOf(full, isRight), cases: full.length, unit: 'share', bar: 0.97 },
    {
      name: 'worst look-alike pair',
      value: Math.min(1, ...pairs.map(({ share }) => share)),
      cases: pairs.length,
      unit: 'share',
      bar: 0.95,
    },
    {
      name: 'healthy twins without a cause',
      value: shareOf(
        twins,
        ({ verdict, confidence }) => verdict !== 'cause' && verdict !== 'ambiguous' && confidence?.band !== 'high',
      ),
      cases: twins.length,
      unit: 'share',
      bar: 1,
    },
    ...ARMS.filter((arm) => arm !== 'full').map((arm): Score => {
      const seen = of(arm);
      return {
        name: `first cause right, ${arm}`,
        value: shareOf(seen, isRight),
        cases: seen.length,
        unit: 'share',
        bar: 0.8,
      };
    }),
    ...ARMS.filter((arm) => arm !== 'full').map((arm) => surelyWrong(`wrong with high confidence, ${arm}`, of(arm))),
    medianTime('time a diagnosis, median', full),
  ];
}
