import { median, shareOf } from './statistics.ts';
import type { CaseResult, Score } from './suite.ts';

/** The median time of some cases, as told and never judged. */
export function medianTime(name: string, cases: readonly CaseResult[]): Score {
  const times = cases.map(({ ms }) => ms);
  return { name, value: median(times), cases: cases.length, unit: 'ms' };
}

/** What a tired person would have believed: wrong answers that were told with high confidence. */
export function surelyWrong(name: string, cases: readonly CaseResult[]): Score {
  const value = shareOf(cases, ({ right, confidence }) => !right && confidence?.band === 'high');
  return { name, value, cases: cases.length, unit: 'error' };
}
