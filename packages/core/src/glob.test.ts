import { describe, expect, it } from 'vitest';
import { globOf } from './glob.ts';

describe('globOf', () => {
  it('matches wildcards anywhere, and nothing twice', () => {
    expect(['prod-*', '*-eu', '*od*', 'prod', '*'].map((pattern) => globOf(pattern)('prod-eu'))).toEqual([
      true,
      true,
      true,
      false,
      true,
    ]);
    expect(globOf('aba*aba')('ababa')).toBe(false);
    expect(globOf('a*b*c')('a-c-b')).toBe(false);
  });
});
