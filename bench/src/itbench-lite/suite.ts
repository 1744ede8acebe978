import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { castOf } from '../itbench/cast.ts';
import { readGroundTruth } from '../itbench/ground-truth.ts';
import { scoreDiagnosis } from '../itbench/score.ts';
import { scenarioResult, summariseScenarios } from '../itbench/suite.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';
import { timedDiagnosis } from '../timed-diagnosis.ts';
import { readScenario } from './input.ts';

const FOLDER = 'itbench-lite';

/** ITBench-Lite: alerts, Events, object versions, logs, spans and samples of one incident as tables. */
export const itBenchLite: Suite = {
  name: FOLDER,
  title: 'ITBench-Lite',
  missing: ({ data }) =>
    data && existsSync(join(data, FOLDER))
      ? null
      : `needs ${FOLDER}/Scenario-N in the directory of --data; see docs/benchmarks.md for its layout`,
  parts: async (options) =>
    readdirSync(join(options.data ?? '', FOLDER))
      .filter((name) => /^Scenario-\d+$/i.test(name))
      .sort(),
  run: async (part, options) => [runScenario(join(options.data ?? '', FOLDER, part), part, options)],
  summarise: (cases) =>
    summariseScenarios(
      cases,
      'root cause first: deterministic 0.68 (agentic-sre v1.0.2, 25 scenarios); best agent 0.47 (ITBench-AA, another score)',
    ),
};

/** Reads, diagnoses and scores one scenario folder. */
export function runScenario(folder: string, id: string, options: Pick<SuiteOptions, 'version' | 'clock'>): CaseResult {
  const truth = readGroundTruth(id, readFileSync(join(folder, 'ground_truth.yaml'), 'utf8'));
  const input = readScenario(folder);
  const { diagnosis, ms } = timedDiagnosis(input, options);
  const scored = scoreDiagnosis(diagnosis, { truth, cast: castOf(truth), alerts: input.alerts.length });
  return scenarioResult({ id, truth, diagnosis, scored, ms });
}
