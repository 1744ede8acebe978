import { AppError } from '@headwater/core/errors.ts';
import type { BinaryOperator, Matching } from './ast.ts';
import { labelKey, onlyLabels, type Sample, type Value, withoutLabels } from './value.ts';

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};
const ARITHMETIC: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': (left, right) => left ** right,
};

export interface BinaryOptions {
  readonly operator: BinaryOperator;
  readonly bool: boolean;
  readonly matching: Matching;
}

/** Applies a binary operator to scalars and vectors; vectors match one to one. */
export function applyBinary(left: Value, right: Value, options: BinaryOptions): Value {
  if (left.type === 'scalar' && right.type === 'scalar') {
    if (COMPARISONS[options.operator] && !options.bool)
      throw bad('comparisons between scalars must use the bool modifier');
    return { type: 'scalar', value: compute(left.value, right.value, options.operator) };
  }
  if (left.type === 'vector' && right.type === 'scalar')
    return {
      type: 'vector',
      samples: left.samples.flatMap((sample) => keep(sample, { left: sample.value, right: right.value }, options)),
    };
  if (left.type === 'scalar' && right.type === 'vector')
    return {
      type: 'vector',
      samples: right.samples.flatMap((sample) => keep(sample, { left: left.value, right: sample.value }, options)),
    };
  if (left.type === 'vector' && right.type === 'vector')
    return { type: 'vector', samples: matched(left.samples, right.samples, options) };
  throw bad(`the operator "${options.operator}" needs instant vectors or scalars, not ${left.type} and ${right.type}`);
}

function keep(sample: Sample, values: { left: number; right: number }, { operator, bool }: BinaryOptions): Sample[] {
  const comparison = COMPARISONS[operator];
  if (comparison && !bool) return comparison(values.left, values.right) ? [sample] : [];
  return [{ labels: withoutLabels(sample.labels, ['__name__']), value: compute(values.left, values.right, operator) }];
}

function matched(left: readonly Sample[], right: readonly Sample[], options: BinaryOptions): Sample[] {
  const { mode, labels } = options.matching;
  const keyOf = (sample: Sample): string =>
    labelKey(mode === 'on' ? onlyLabels(sample.labels, labels) : withoutLabels(sample.labels, [...labels, '__name__']));
  const byKey = new Map<string, Sample>();
  for (const sample of right) {
    if (byKey.has(keyOf(sample)))
      throw bad(
        'found duplicate series for the match group on the right side; many-to-one matching is not supported in replay',
      );
    byKey.set(keyOf(sample), sample);
  }
  const seen = new Set<string>();
  return left.flatMap((sample) => {
    const key = keyOf(sample);
    const other = byKey.get(key);
    if (!other) return [];
    if (seen.has(key)) throw bad('multiple matches for labels: many-to-one matching is not supported in replay');
    seen.add(key);
    // One-to-one results carry the labels they were matched by.
    const restrict = (all: Sample['labels']): Sample['labels'] =>
      mode === 'on' ? onlyLabels(all, labels) : withoutLabels(all, labels);
    return keep(sample, { left: sample.value, right: other.value }, options).map((result) => ({
      ...result,
      labels: restrict(result.labels),
    }));
  });
}

function compute(left: number, right: number, operator: BinaryOperator): number {
  const comparison = COMPARISONS[operator];
  if (comparison) return comparison(left, right) ? 1 : 0;
  return ARITHMETIC[operator]?.(left, right) ?? Number.NaN;
}

function bad(message: string): AppError {
  return new AppError('invalid', message, { details: { errorType: 'execution' } });
}
