import { describe, expect, it } from 'vitest';
import { editDistance, nearMiss } from './near-miss.ts';

describe('editDistance', () => {
  it.each([
    ['cart', 'cart', 0],
    ['cart', 'carts', 1],
    ['nginx', 'ngnix', 1],
    ['edge', 'egde', 1],
    ['kitten', 'sitting', 3],
    ['abcd', 'badc', 2],
  ])('%s to %s is %i', (left, right, expected) => {
    expect(editDistance(left, right, 5)).toBe(expected);
    expect(editDistance(right, left, 5)).toBe(expected);
  });

  it('stops beyond the limit', () => {
    expect(editDistance('checkout', 'payments', 2)).toBe(3);
    expect(editDistance('a', 'abcdef', 2)).toBe(3);
  });
});

describe('nearMiss', () => {
  it.each([
    ['egde', ['edge', 'other'], 'edge'],
    ['db-creds', ['db-credentials', 'cache'], 'db-credentials'],
    ['chekout', ['checkout', 'catalog'], 'checkout'],
    ['assistant', ['cart', 'web'], null],
    ['web', ['web'], null],
  ])('%s among %j is %s', (wanted, existing, expected) => {
    expect(nearMiss(wanted, existing)).toBe(expected);
  });
});
