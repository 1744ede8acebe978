import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSafeRegex } from './safe-regex.ts';

function matches(pattern: string, value: string): boolean {
  const compiled = compileSafeRegex(pattern);
  if ('refused' in compiled) throw new Error(compiled.refused);
  return compiled.matches(value);
}

describe('matches whole values', () => {
  it.each([
    ['shop|bank', 'shop', true],
    ['shop|bank', 'shop2', false],
    ['', '', true],
    ['', 'a', false],
    ['.*', '', true],
    ['.+', '', false],
    ['^cart-.*$', 'cart-1', true],
    ['a.c', 'a\nc', false],
    ['(a|b)+c?', 'abba', true],
    ['(?:ab){2,3}', 'ababab', true],
    ['(?:ab){2,3}', 'ab', false],
    ['x{2}', 'xx', true],
    ['x{2,}', 'xxxxx', true],
    ['x{0,1}y', 'y', true],
    ['[a-c]+', 'abcabc', true],
    ['[^a-c]+', 'xyz', true],
    ['[^a-c]', 'a', false],
    ['[]a]+', ']a]', true],
    ['[a-]+', 'a-', true],
    ['[\\d.]+', '10.5', true],
    ['\\w+\\.\\w+', 'foo.bar', true],
    ['\\S+', 'a b', false],
    ['(?i)Cart', 'cARt', true],
    ['(?i)[a-c]+', 'ABC', true],
    ['a+?b*?', 'aab', true],
    ['größe|名前', '名前', true],
    ['\\$\\^', '$^', true],
    ['prod-\\d{1,3}', 'prod-12', true],
  ])('/%s/ on %j: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });
});

it('agrees with the engine of the language on what both know', () => {
  const atoms = constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(?:ab|a)',
    'a*',
    'b+',
    '(ab)?',
    '(a*b){1,2}',
    '|',
  );
  assert(
    property(array(atoms, { maxLength: 6 }), array(constantFrom('a', 'b', 'c'), { maxLength: 8 }), (parts, letters) => {
      const [pattern, value] = [parts.join(''), letters.join('')];
      expect(matches(pattern, value)).toBe(new RegExp(`^(?:${pattern})$`).test(value));
    }),
  );
});

it.each([
  ['(a', 'a "(" without its ")"'],
  ['a)', 'a ")" without its "("'],
  ['[a', 'a "[" without its "]"'],
  ['*a', 'repeats nothing with "*"'],
  ['a{3,2}', 'repeats {3,2}, from more to less'],
  ['a{x}', 'a "{" that is no {n}, {n,} or {n,m}'],
  ['(a)\\1', 'uses \\1, which is not supported'],
  ['(?=a)b', 'has a "(?" other than'],
  ['a$b', 'has "$" in the middle'],
  ['[z-a]', 'has the empty range z-a'],
  ['a\\', 'ends with "\\"'],
  ['((a{999}){999}){999}', 'repeats too much'],
  [`${'('.repeat(30)}a${')'.repeat(30)}`, 'is nested too deeply'],
  ['a'.repeat(2_000), 'is longer than 1000 characters'],
])('refuses /%s/', (pattern, words) => {
  const compiled = compileSafeRegex(pattern);
  expect('refused' in compiled && compiled.refused).toContain(words);
});

it('takes no longer for what makes other engines hang', () => {
  const started = performance.now();
  for (const pattern of ['(a+)+b', '(a|a)*b', '(a|aa)+b', '(.*)*x']) {
    expect(matches(pattern, 'a'.repeat(4_000))).toBe(false);
  }
  expect(performance.now() - started).toBeLessThan(2_000);
});
