import { basename } from 'node:path';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { caseInput } from './adapter.ts';
import { familiesIn, type OpsCase, readCases } from './dataset.ts';
import { confidenceOf } from '../suite.ts';
import { type CaseScore, predictionsOf, rankOf } from './score.ts';

export interface RunOptions {
  readonly directory: string;
  readonly version: string;
  /** Milliseconds, monotonic; measures each case. */
  readonly clock: () => number;
  /** Changes a case before it is read, such as renaming everything in it. */
  readonly transform?: (opsCase: OpsCase) => OpsCase;
  readonly filter?: (opsCase: OpsCase) => boolean;
  /** Which family files to read; all of them when absent. */
  readonly files?: (file: string) => boolean;
  readonly onCase?: (score: CaseScore) => void;
}

/** Scores every case of a data directory. */
export async function runCloudOpsBench(options: RunOptions): Promise<CaseScore[]> {
  const scores: CaseScore[] = [];
  for (const file of familiesIn(options.directory).filter(options.files ?? (() => true))) {
    for await (const read of readCases(file)) {
      if (options.filter && !options.filter(read)) continue;
      const score = scoreCase(options.transform ? options.transform(read) : read, basename(file, '.jsonl.gz'), options);
      scores.push(score);
      options.onCase?.(score);
    }
  }
  return scores;
}

/** Reads, diagnoses and scores one case; reading its text is part of the time. */
export function scoreCase(
  opsCase: OpsCase,
  family: string,
  { version, clock }: Pick<RunOptions, 'version' | 'clock'>,
): CaseScore {
  const start = clock();
  const snapshot = buildSnapshot(caseInput(opsCase));
  const diagnosis = diagnoseSnapshot(snapshot, { version });
  const ms = clock() - start;
  const predictions = predictionsOf(diagnosis, snapshot);
  return {
    id: opsCase.id,
    family,
    label: opsCase.result.root_cause,
    rank: rankOf(opsCase.result, predictions),
    verdict: diagnosis.verdict,
    confidence: confidenceOf(diagnosis),
    predictions,
    ms,
  };
}
