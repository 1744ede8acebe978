import { describe, expect, it } from 'vitest';
import { retryAfterOf } from './retry-after.ts';

const date = 'Sat, 21 Nov 2026 12:00:00 GMT';

describe('retryAfterOf', () => {
  it.each([
    ['seconds', { 'retry-after': '2' }, 2000],
    ['a date, from the answer’s own clock', { 'retry-after': 'Sat, 21 Nov 2026 12:00:03 GMT', date }, 3000],
    ['a date already past', { 'retry-after': 'Sat, 21 Nov 2026 11:59:00 GMT', date }, 0],
    ['more than ten seconds', { 'retry-after': '3600' }, 10_000],
    ['nothing', {}, null],
    ['a date without the answer’s own', { 'retry-after': date }, null],
    ['words', { 'retry-after': 'soon', date }, null],
  ])('reads %s', (_, headers, wait) => {
    expect(retryAfterOf(headers)).toBe(wait);
  });
});
