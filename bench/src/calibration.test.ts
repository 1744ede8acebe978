import { describe, expect, it } from 'vitest';
import { calibrationError, calibrationScores, calibrationTable } from './calibration.ts';
import type { CaseResult } from './suite.ts';

function result(score: number | null, right: boolean, change: Partial<CaseResult> = {}): CaseResult {
  const band = score === null || score < 0.5 ? 'low' : score < 0.8 ? 'medium' : 'high';
  return {
    id: 'a',
    group: 'P01',
    arm: 'full',
    expects: 'cause',
    truth: 'oom-killed',
    answer: 'oom-killed',
    verdict: 'cause',
    right,
    third: right,
    confidence: score === null ? null : { band, score },
    ms: 1,
    ...change,
  };
}

describe('calibration', () => {
  it('is without error when confidence equals the share of right answers', () => {
    const cases = Array.from({ length: 10 }, (_, index) => result(0.9, index > 0));
    expect(calibrationError(cases)).toBe(0);
    expect(calibrationError([...cases, result(0.5, true)])).toBeGreaterThan(0);
  });

  it('counts abstentions in the coverage and not in the error', () => {
    const cases = [result(0.95, true), result(null, false)];
    expect(calibrationTable(cases)[0]).toMatchObject({ cases: 1, right: 1, coverage: 0.5 });
    expect(calibrationError(cases)).toBe(0.05);
  });

  it('calls a cause of a healthy cluster wrong', () => {
    const [high] = calibrationScores([result(0.95, true, { expects: 'healthy' })]);
    expect(high).toMatchObject({ value: 0, cases: 1 });
  });
});
