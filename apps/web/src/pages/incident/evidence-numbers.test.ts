import type { Diagnosis } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { describe, expect, it } from 'vitest';
import { citationsOf, evidenceNumbers } from './evidence-numbers.ts';

const cause = (statement: string, supports: string[], contradicts: string[] = []) => ({
  statement,
  supports,
  contradicts,
  chain: [],
});
const diagnosis = {
  causes: [cause('the limit was cut', ['ev_a', 'ev_b'], ['ev_c']), cause('the node is full', ['ev_b'])],
  symptoms: [{ statement: 'no endpoints', evidence: ['ev_d', 'ev_a'] }],
  ruledOut: [{ statement: 'no pressure', evidence: ['ev_e'] }],
} as unknown as Diagnosis;

describe('the numbers of the evidence', () => {
  it('follow the page from its top, each piece once', () => {
    expect([...evidenceNumbers(diagnosis)]).toEqual([
      ['ev_a', 1],
      ['ev_b', 2],
      ['ev_c', 3],
      ['ev_d', 4],
      ['ev_e', 5],
    ]);
  });
});

describe('what cites a piece of evidence', () => {
  it('is every claim, with what it is used for', () => {
    expect(citationsOf(diagnosis, 'ev_a').map((one) => [one.role, one.statement])).toEqual([
      ['supports', 'the limit was cut'],
      ['symptom', 'no endpoints'],
    ]);
    expect(citationsOf(diagnosis, 'ev_c')).toEqual([{ role: 'contradicts', statement: 'the limit was cut' }]);
    expect(citationsOf(diagnosis, 'ev_z')).toEqual([]);
  });
});
