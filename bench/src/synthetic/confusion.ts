import { compareText } from '@headwater/core/subject.ts';
import { shareOf } from '../statistics.ts';
import type { CaseResult } from '../suite.ts';

/** Two faults that are easily taken for each other, and how often the cases of both were told right. */
export interface LookAlikePair {
  readonly pair: readonly [string, string];
  readonly cases: number;
  readonly share: number;
}

/** A fault and what its cases were answered with. */
export interface ConfusionRow {
  readonly code: string;
  readonly cases: number;
  readonly right: number;
  /** Wrong answers with their counts, most frequent first. */
  readonly taken: readonly { readonly answer: string; readonly count: number }[];
}

/** Of every pair of look-alikes the share of cases that were not taken for each other. */
export function lookAlikeShares(cases: readonly CaseResult[]): LookAlikePair[] {
  const byCode = Map.groupBy(cases, ({ group }) => group);
  const pairs = new Map<string, readonly [string, string]>();
  for (const [code, [first]] of byCode) {
    for (const other of [...byCode.keys()].filter((candidate) =>
      first?.lookAlikes?.some((name) => isCode(candidate, name)),
    )) {
      if (other === code) continue;
      const pair = [code, other].sort(compareText) as [string, string];
      pairs.set(pair.join(' '), pair);
    }
  }
  return [...pairs.values()].map((pair) => {
    const both = pair.flatMap((code) => byCode.get(code) ?? []);
    return { pair, cases: both.length, share: shareOf(both, ({ right }) => right) };
  });
}

/** What each fault was answered with. */
function confusionRows(cases: readonly CaseResult[]): ConfusionRow[] {
  return [...Map.groupBy(cases, ({ group }) => group)].map(([code, group]) => {
    const wrong = Map.groupBy(
      group.filter(({ right }) => !right),
      ({ answer }) => answer.split(' @ ')[0] ?? answer,
    );
    return {
      code,
      cases: group.length,
      right: group.filter(({ right }) => right).length,
      taken: [...wrong]
        .map(([answer, taken]) => ({ answer, count: taken.length }))
        .sort((left, right) => right.count - left.count || compareText(left.answer, right.answer)),
    };
  });
}

/** The confusion matrix in the form that is kept: one row a fault, one line a pair. */
export function confusionReport(cases: readonly CaseResult[]): { rows: ConfusionRow[]; pairs: LookAlikePair[] } {
  const full = cases.filter(({ arm }) => arm === 'full');
  return { rows: confusionRows(full), pairs: lookAlikeShares(full) };
}

// A code without suffix stands for each of its variants.
function isCode(code: string, name: string): boolean {
  return code === name || code.startsWith(`${name}-`);
}
