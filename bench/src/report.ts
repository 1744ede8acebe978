import type { CaseResult, Score, Suite } from './suite.ts';

/** The figures of one benchmark and its wrong cases. */
export interface SuiteReport {
  readonly name: string;
  readonly title: string;
  readonly cases: number;
  readonly scores: readonly Score[];
  readonly wrong: readonly Pick<CaseResult, 'id' | 'arm' | 'truth' | 'answer' | 'confidence'>[];
}

/** Summarises the cases of a suite. */
export function reportOf(suite: Suite, cases: readonly CaseResult[]): SuiteReport {
  return {
    name: suite.name,
    title: suite.title,
    cases: cases.length,
    scores: suite.summarise(cases),
    wrong: cases
      .filter(({ right }) => !right)
      .map(({ id, arm, truth, answer, confidence }) => ({ id, arm, truth, answer, confidence })),
  };
}

/** One Markdown table: every figure, its bar, and what others published. */
export function markdownOf(reports: readonly SuiteReport[]): string {
  const rows = reports.flatMap(({ title, scores }) =>
    scores.map((score) =>
      [title, score.name, formatScore(score), boundOf(score), String(score.cases), score.published ?? ''].join(' | '),
    ),
  );
  return [
    '| benchmark | figure | ours | bar | cases | published |',
    '|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}

/** A score as people read it. */
export function formatScore({ value, unit }: Score): string {
  if (unit === 'count') return String(value);
  return unit === 'ms' ? `${value.toFixed(1)} ms` : value.toFixed(3);
}

/** Whether a score misses its bar. */
export function missesBar({ value, bar, unit }: Score): boolean {
  if (bar === undefined) return false;
  return unit === 'share' || unit === 'count' ? value < bar : value > bar;
}

function boundOf({ bar, unit }: Score): string {
  if (bar === undefined) return '';
  return `${unit === 'share' || unit === 'count' ? '≥' : '≤'} ${bar}`;
}
