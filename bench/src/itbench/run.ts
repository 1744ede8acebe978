import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { diagnose } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { mean } from '../statistics.ts';
import { type GroundTruth, readGroundTruth } from './ground-truth.ts';
import { type Scored, scoreDiagnosis } from './score.ts';
import { synthesise } from './synthesise.ts';

export interface ItBenchOptions {
  /** The directory with `scenario_N.yaml` files. */
  readonly data: string;
  readonly version: string;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  /** Scenario numbers; absent: all. */
  readonly only?: readonly string[];
}

/** One scenario, diagnosed and scored. */
export interface ItBenchCase {
  readonly id: string;
  readonly truth: GroundTruth;
  readonly mechanisms: readonly string[];
  readonly diagnosis: Diagnosis;
  readonly scored: Scored;
  readonly ms: number;
}

/** The means over all scenarios. */
export interface ItBenchMeans {
  readonly cases: number;
  readonly first: number;
  readonly third: number;
  readonly fifth: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Over the scenarios whose truth has a chain. */
  readonly chains: number;
  readonly chainPrecision: number;
  readonly chainRecall: number;
  readonly chainF1: number;
  readonly proximity: number;
  readonly explained: number;
}

/** The scenarios of a directory, in the order of their numbers. */
export function scenariosIn(data: string): readonly string[] {
  return readdirSync(data)
    .flatMap((file) => /^scenario_(\d+)\.ya?ml$/.exec(file)?.[1] ?? [])
    .sort((left, right) => Number(left) - Number(right));
}

/** Synthesises, diagnoses and scores the scenarios of a directory. */
export async function runItBench(
  options: ItBenchOptions,
): Promise<{ cases: readonly ItBenchCase[]; means: ItBenchMeans }> {
  const ids = scenariosIn(options.data).filter((id) => options.only === undefined || options.only.includes(id));
  const cases = ids.map((id) => runScenario(id, options));
  return { cases, means: meansOf(cases) };
}

/** Synthesises, diagnoses and scores one scenario. */
export function runScenario(id: string, { data, version, clock }: ItBenchOptions): ItBenchCase {
  const truth = readGroundTruth(id, readFileSync(join(data, `scenario_${id}.yaml`), 'utf8'));
  const { input, cast, mechanisms } = synthesise(truth);
  const started = clock();
  const diagnosis = diagnose(input, { version });
  const ms = clock() - started;
  const scored = scoreDiagnosis(diagnosis, { truth, cast, alerts: input.alerts.length });
  return { id, truth, mechanisms, diagnosis, scored, ms };
}

/** Means of scored scenarios. */
function meansOf(cases: readonly ItBenchCase[]): ItBenchMeans {
  const over = (value: (scored: Scored) => number): number => mean(cases.map(({ scored }) => value(scored)));
  const within = (k: number) => over(({ place }) => (place !== null && place <= k ? 1 : 0));
  const chains = cases.flatMap(({ scored }) => scored.chain ?? []);
  return {
    cases: cases.length,
    first: within(1),
    third: within(3),
    fifth: within(5),
    precision: over(({ precision }) => precision),
    recall: over(({ recall }) => recall),
    f1: over(({ f1 }) => f1),
    chains: chains.length,
    chainPrecision: mean(chains.map(({ precision }) => precision)),
    chainRecall: mean(chains.map(({ recall }) => recall)),
    chainF1: mean(chains.map(({ f1 }) => f1)),
    proximity: over(({ proximity }) => proximity),
    explained: over(({ explained }) => explained),
  };
}
