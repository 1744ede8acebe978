import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { type HardScenario, THEMES } from '../../../recordings/hard/hard-scenario.ts';
import { expectationFor, fabricates } from '../../../recordings/hard/judge.ts';
import { loadHardScenarios } from '../../../recordings/hard/load.ts';
import { faultyVariant } from '../../../recordings/scenario.ts';
import { caseResult, expectationOf } from '../score-case.ts';
import { medianTime, surelyWrong } from '../common-scores.ts';
import { shareOf } from '../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../suite.ts';
import { timedDiagnosis } from '../timed-diagnosis.ts';

const FABRICATED = 'fabricated';
// Every scenario with a few seeds: they vary names and shapes, the trap stays the same.
const SEED_SHARE = 0.25;
const LEAST_SEEDS = 3;

/** Worlds that were made to lead astray: by theme, with what can be proven and what cannot. */
export const hard: Suite = {
  name: 'hard',
  title: 'Hard set',
  missing: () => null,
  parts: async () => [...THEMES],
  run: runTheme,
  summarise,
};

async function runTheme(part: string, options: SuiteOptions): Promise<CaseResult[]> {
  const scenarios = (await loadHardScenarios()).filter(({ theme }) => theme === part);
  const seeds = Math.max(LEAST_SEEDS, Math.round(options.seeds * SEED_SHARE));
  return scenarios.flatMap((scenario) => Array.from({ length: seeds }, (_, seed) => runCase(scenario, seed, options)));
}

function runCase(scenario: HardScenario, seed: number, options: SuiteOptions): CaseResult {
  const { world, expected: truth } = faultyVariant(scenario, seed);
  const { snapshot, diagnosis, ms } = timedDiagnosis(worldToInput(world), options);
  const frame = { id: `${scenario.slug}#${seed}`, group: scenario.theme, arm: 'full', ms };
  const written = ExpectedDiagnosis.parse(truth);
  const result = caseResult({ diagnosis, snapshot, expected: expectationFor(scenario, written, diagnosis) }, frame);
  const measures = { [FABRICATED]: fabricates(diagnosis, written) ? 1 : 0 };
  // An honest verdict beside the expected one changes nothing of what could be proven.
  return { ...result, expects: expectationOf(written), truth: truthOf(written), measures };
}

function truthOf({ category, verdict }: ExpectedDiagnosis): string {
  return category.join(', ') || verdict;
}

function summarise(cases: readonly CaseResult[]): Score[] {
  const isRight = ({ right }: CaseResult): boolean => right;
  const causeless = cases.filter(({ expects }) => expects !== 'cause');
  const provable = cases.filter(({ expects }) => expects === 'cause');
  const made = (expects: CaseResult['expects']): Score => {
    const group = causeless.filter((one) => one.expects === expects);
    return {
      name: `causes made up, ${expects}`,
      value: shareOf(group, ({ measures }) => measures?.[FABRICATED] === 1),
      cases: group.length,
      unit: 'error',
      bar: 0,
    };
  };
  return [
    { name: 'scenarios', value: new Set(cases.map(slugOf)).size, cases: cases.length, unit: 'count', bar: 48 },
    { name: 'right', value: shareOf(cases, isRight), cases: cases.length, unit: 'share', bar: 0.9 },
    made('unprovable'),
    made('healthy'),
    surelyWrong('wrong with high confidence', provable),
    ...THEMES.map((theme): Score => {
      const group = cases.filter((one) => one.group === theme);
      return { name: `right, ${theme}`, value: shareOf(group, isRight), cases: group.length, unit: 'share' };
    }),
    medianTime('time a diagnosis, median', cases),
  ];
}

function slugOf({ id }: CaseResult): string {
  return id.split('#')[0] ?? id;
}
