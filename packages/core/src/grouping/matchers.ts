import { AppError } from '../errors.ts';
import { compileSafeRegex } from './safe-regex.ts';

export const MATCHER_OPERATORS = ['=', '!=', '=~', '!~'] as const;

export type MatcherOperator = (typeof MATCHER_OPERATORS)[number];

/** One condition on a label, with Alertmanager's meaning: an absent label is the empty text, regular expressions match the whole value. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: MatcherOperator;
  readonly value: string;
}

export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

/** Compiles matchers into one test that all of them hold; throws `invalid` naming the matcher that cannot be. */
export function compileMatchers(matchers: readonly LabelMatcher[]): LabelTest {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((test) => test(labels));
}

function compileMatcher(matcher: LabelMatcher): LabelTest {
  const { label, operator, value } = matcher;
  const read = (labels: Readonly<Record<string, string>>) =>
    Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  if (operator === '=') return (labels) => read(labels) === value;
  if (operator === '!=') return (labels) => read(labels) !== value;
  const pattern = compileSafeRegex(value);
  if ('refused' in pattern)
    throw new AppError('invalid', `matcher ${formatMatcher(matcher)}: ${pattern.refused}`, {
      details: { label, value },
    });
  return operator === '=~' ? (labels) => pattern.matches(read(labels)) : (labels) => !pattern.matches(read(labels));
}

/** A matcher as Alertmanager writes it: `namespace="shop"`. */
export function formatMatcher({ label, operator, value }: LabelMatcher): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}
