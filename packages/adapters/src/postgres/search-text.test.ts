import { describe, expect, it } from 'vitest';
import { anyWordQuery, textQuery } from './search-text.ts';

describe('text query', () => {
  it.each([
    ['checkout', "'checkout':*"],
    ['Checkout crash', "'checkout':* & 'crash':*"],
    ['shop/checkout', "('shop':* & 'checkout':*)"],
    ['"disk is full"', "('disk' <-> 'is' <-> 'full')"],
    ['checkout -staging', "'checkout':* & !'staging':*"],
    ['-"not ready"', "!('not' <-> 'ready')"],
    ['oom or evicted', "('oom':*) | ('evicted':*)"],
    ['or checkout or', "'checkout':*"],
    ['a', "'a'"],
    ['디스크 가득', "'디스크':* & '가득':*"],
  ])('of %s', (typed, query) => {
    expect(textQuery(typed)).toBe(query);
  });

  it.each(['', '   ', '!&|():*', "''", '""', '-'])('has nothing to look for in %j', (typed) => {
    expect(textQuery(typed)).toBeNull();
  });

  it('keeps nothing that could be an operator or a quote', () => {
    expect(textQuery("x'):* | 'y' & !z <-> \\ q")).toBe("'x' & 'y' & 'z' & 'q'");
  });

  it('stops at twenty terms', () => {
    const typed = Array.from({ length: 50 }, (_, index) => `word${index}`).join(' ');
    expect(textQuery(typed)?.split(' & ')).toHaveLength(20);
  });
});

describe('any word', () => {
  it('joins them as alternatives', () => {
    expect(anyWordQuery(['checkout', 'node-1', '???'])).toBe("'checkout' | 'node' | '1'");
    expect(anyWordQuery([])).toBeNull();
  });
});
