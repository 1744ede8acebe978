import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { medianTime } from '../common-scores.ts';
import { mean, rounded, shareOf } from '../statistics.ts';
import { type CaseResult, confidenceOf, type Score, type Suite } from '../suite.ts';
import type { GroundTruth } from './ground-truth.ts';
import { runScenario, scenariosIn } from './run.ts';
import type { Scored } from './score.ts';

const FOLDER = 'itbench-alerts';

/** ITBench's ground truths as synthesised clusters. */
export const itBench: Suite = {
  name: 'itbench',
  title: 'ITBench ground truths',
  missing: ({ data }) =>
    data && existsSync(join(data, FOLDER)) ? null : `needs ${FOLDER}/scenario_N.yaml in the directory of --data`,
  parts: async ({ data }) => scenariosIn(join(data ?? '', FOLDER)),
  run: async (part, { data, version, clock }) => [
    scenarioResult(runScenario(part, { data: join(data ?? '', FOLDER), version, clock })),
  ],
  summarise: (cases) => [
    ...summariseScenarios(
      cases,
      'root cause first: deterministic 0.68 on ITBench-Lite (agentic-sre v1.0.2); GPT-4o 0.14 live (paper)',
      {
        first: 0.75,
        chain: 0.7,
      },
    ),
  ],
};

interface ScoredScenario {
  readonly id: string;
  readonly truth: GroundTruth;
  readonly diagnosis: Diagnosis;
  readonly scored: Scored;
  readonly ms: number;
}

/** A scored scenario as a case; one without a root cause asks for restraint. */
export function scenarioResult({ id, truth, diagnosis, scored, ms }: ScoredScenario): CaseResult {
  const [first] = diagnosis.causes;
  const { place, chain, f1, proximity, explained } = scored;
  return {
    id: `scenario ${id}`,
    group: truth.faults[0]?.mechanism ?? 'none',
    arm: 'full',
    expects: 'cause',
    truth: truth.groups
      .filter(({ rootCause }) => rootCause)
      .map((group) => group.id)
      .join(', '),
    answer: first ? `${first.category} @ ${formatSubject(first.subject)}` : diagnosis.verdict,
    verdict: diagnosis.verdict,
    right: scored.first,
    third: place !== null && place <= 3,
    confidence: confidenceOf(diagnosis),
    measures: {
      f1,
      proximity,
      explained,
      fifth: place !== null && place <= 5 ? 1 : 0,
      ...(chain ? { chain: chain.f1 } : {}),
    },
    ms,
  };
}

/** The figures of ITBench's judges. */
export function summariseScenarios(
  cases: readonly CaseResult[],
  published: string,
  bars: { readonly first?: number; readonly chain?: number } = {},
): Score[] {
  const over = (name: string): number[] => cases.flatMap(({ measures }) => measures?.[name] ?? []);
  const figure = (name: string, value: number, count = cases.length): Score => ({
    name,
    value: rounded(value),
    cases: count,
    unit: 'share',
  });
  return [
    {
      ...figure(
        'root cause first',
        shareOf(cases, ({ right }) => right),
      ),
      published,
      ...(bars.first ? { bar: bars.first } : {}),
    },
    figure(
      'root cause among three',
      shareOf(cases, ({ third }) => third),
    ),
    figure('root cause among five', mean(over('fifth'))),
    figure('root cause F1', mean(over('f1'))),
    {
      ...figure('chain edge F1', mean(over('chain')), over('chain').length),
      ...(bars.chain ? { bar: bars.chain } : {}),
    },
    figure('proximity', mean(over('proximity'))),
    figure('alerts explained', mean(over('explained'))),
    medianTime('time a case, median', cases),
  ];
}
