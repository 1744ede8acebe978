import { join } from 'node:path';
import { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { worldToInput } from '@headwater/testkit/world/to-input.ts';
import { faultyVariant } from '../../../recordings/scenario.ts';
import { caseResult } from '../score-case.ts';
import { medianTime, surelyWrong } from '../common-scores.ts';
import { shareOf } from '../statistics.ts';
import type { CaseResult, Score, Suite, SuiteOptions } from '../suite.ts';
import { timedDiagnosis } from '../timed-diagnosis.ts';
import { loadCatalog } from '../synthetic/catalog.ts';
import type { Fault } from '../synthetic/fault.ts';

/** Their applications and numbers are given, so few seeds say all there is. */
const SEEDS = 3;
const KUBERNAUT =
  'kubernaut v1.3.2, an LLM with a workflow made for each scenario: 22 of 22 selected, 19 of 22 end to end; 167 s and 175,000 tokens in the median (its own report and transcripts)';

/** Every fault others demonstrate or inject, rebuilt from what they change. */
export function loadDemos(): Promise<readonly Fault[]> {
  return loadCatalog(join(import.meta.dirname, 'faults'));
}

/** What others inject into their own applications, judged by the answers they define. */
export const demos: Suite = {
  name: 'demos',
  title: 'Faults that others demonstrate',
  missing: () => null,
  parts: async () => (await loadDemos()).map(({ code }) => code),
  run: runDemo,
  summarise,
};

async function runDemo(part: string, options: SuiteOptions): Promise<CaseResult[]> {
  const fault = (await loadDemos()).find(({ code }) => code === part);
  if (!fault) return [];
  return Array.from({ length: SEEDS }, (_, seed) => {
    const variant = faultyVariant(fault.scenario, seed);
    const { snapshot, diagnosis, ms } = timedDiagnosis(worldToInput(variant.world), options);
    const frame = { id: `${part}#${seed}`, group: part, arm: 'full', ms };
    return caseResult({ diagnosis, snapshot, expected: ExpectedDiagnosis.parse(variant.expected) }, frame);
  });
}

function summarise(cases: readonly CaseResult[]): Score[] {
  const isRight = ({ right }: CaseResult): boolean => right;
  const from = (source: string): CaseResult[] => cases.filter(({ group }) => group.startsWith(source));
  const kubernaut = from('KDS-');
  const injected = from('SRG-');
  return [
    { name: 'scenarios', value: new Set(cases.map(({ group }) => group)).size, cases: cases.length, unit: 'count' },
    { name: 'first cause right', value: shareOf(cases, isRight), cases: cases.length, unit: 'share', bar: 0.9 },
    {
      name: 'first cause right, kubernaut demo scenarios',
      value: shareOf(kubernaut, isRight),
      cases: kubernaut.length,
      unit: 'share',
      published: KUBERNAUT,
    },
    {
      name: 'first cause right, faults of SREGym and AIOpsLab',
      value: shareOf(injected, isRight),
      cases: injected.length,
      unit: 'share',
    },
    {
      name: 'right among the first three',
      value: shareOf(cases, ({ third }) => third),
      cases: cases.length,
      unit: 'share',
    },
    { ...surelyWrong('wrong with high confidence', cases), bar: 0 },
    medianTime('time a diagnosis, median', cases),
  ];
}
