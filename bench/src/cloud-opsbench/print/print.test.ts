import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { FAULTS } from './faults.ts';
import { printedFault, printedSlowness, scorePrinted } from './run.ts';
import { aligned, table } from './tabs.ts';
import { age, longTime } from './times.ts';

const options = { arm: 'full', version: 'x', clock: () => performance.now() };

describe('print', () => {
  it('aligns only the cells of lines that touch', () => {
    expect(aligned('a:\t1\nlong:\t2\nalone\nb:\t3')).toBe('a:     1\nlong:  2\nalone\nb:  3');
  });

  it('makes tables, times and ages as kubectl does', () => {
    expect(table(['NAME', 'AGE'], [['web', '3d']])).toBe('NAME   AGE\nweb    3d');
    expect(longTime('2025-11-21T11:49:19Z', { hours: 8 })).toBe('Fri, 21 Nov 2025 19:49:19 +0800');
    expect([age(91_000), age(312_000), age(660_000), age(200_000_000)]).toEqual(['91s', '5m12s', '11m', '2d']);
  });
});

describe('a printed fault', () => {
  for (const label of new Set(FAULTS.map((fault) => fault.label)))
    it(`is found: ${label}`, () => {
      const fault = FAULTS.find((one) => one.label === label);
      expect(fault && scorePrinted(printedFault(fault, 2), options).right).toBe(true);
    });

  it('is found on a Node that spoils the calls of many', () => {
    expect(scorePrinted(printedSlowness('node-loss', 301).opsCase, options).right).toBe(true);
  });
});
