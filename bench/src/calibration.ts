import { rounded, shareOf } from './statistics.ts';
import type { SuiteReport } from './report.ts';
import type { CaseResult, Score } from './suite.ts';

const BINS = 10;
// The renamed cases are the same ones again, and the recordings are seeds of the catalog.
const JUDGED: readonly string[] = ['cloud-opsbench', 'synthetic', 'hard', 'demos', 'itbench'];

export interface CalibrationRow {
  readonly band: string;
  readonly cases: number;
  readonly right: number;
  /** Share of all cases. */
  readonly coverage: number;
  readonly meanScore: number;
}

/** How often each confidence band is right, over the cases for which a first cause was named. */
export function calibrationTable(cases: readonly CaseResult[]): CalibrationRow[] {
  return (['high', 'medium', 'low'] as const).map((band) => {
    const group = cases.filter(({ confidence }) => confidence?.band === band);
    return {
      band,
      cases: group.length,
      right: shareOf(group, isTrue),
      coverage: cases.length === 0 ? 0 : rounded(group.length / cases.length),
      meanScore: rounded(
        group.reduce((sum, { confidence }) => sum + (confidence?.score ?? 0), 0) / (group.length || 1),
      ),
    };
  });
}

/** Expected calibration error: how far confidence lies from the share of right answers, over ten bins weighted by their cases. */
export function calibrationError(cases: readonly CaseResult[]): number {
  const answered = cases.flatMap((one) =>
    one.confidence ? [{ score: one.confidence.score, right: isTrue(one) }] : [],
  );
  const bins = Map.groupBy(answered, ({ score }) => Math.min(BINS - 1, Math.floor(score * BINS)));
  let error = 0;
  for (const bin of bins.values()) {
    const said = bin.reduce((sum, { score }) => sum + score, 0) / bin.length;
    error += (bin.length / answered.length) * Math.abs(said - bin.filter(({ right }) => right).length / bin.length);
  }
  return rounded(error);
}

/** The figures of confidence over cases of any benchmarks. */
export function calibrationScores(cases: readonly CaseResult[]): Score[] {
  const [high] = calibrationTable(cases);
  return [
    { name: 'band high is right', value: high?.right ?? 0, cases: high?.cases ?? 0, unit: 'share', bar: 0.95 },
    { name: 'band high covers', value: high?.coverage ?? 0, cases: cases.length, unit: 'share', bar: 0.6 },
    {
      name: 'expected calibration error',
      value: calibrationError(cases),
      cases: cases.length,
      unit: 'error',
      bar: 0.05,
    },
  ];
}

/** Confidence over the cases of every benchmark that judges whole diagnoses as they are given to people. */
export function confidenceReport(
  cases: ReadonlyMap<string, readonly CaseResult[]>,
): SuiteReport & { readonly table: readonly CalibrationRow[] } {
  const judged = [...cases]
    .flatMap(([suite, results]) => (JUDGED.includes(suite) ? results : []))
    .filter(({ expects }) => expects !== 'healthy');
  return {
    name: 'confidence',
    title: 'Confidence',
    cases: judged.length,
    scores: calibrationScores(judged),
    wrong: [],
    table: calibrationTable(judged),
  };
}

// A cause named where none can be proven is wrong, whatever its name.
function isTrue({ right, expects }: CaseResult): boolean {
  return right && expects === 'cause';
}
