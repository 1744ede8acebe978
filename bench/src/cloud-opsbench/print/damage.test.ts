import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { diagnoseSnapshot } from '@headwater/diagnosis/reasoning/diagnose.ts';
import { buildSnapshot } from '@headwater/diagnosis/snapshot/snapshot.ts';
import { describe, expect, it } from 'vitest';
import { seeded } from '../../seeded.ts';
import { caseInput } from '../adapter.ts';
import { HARMFUL } from './damage.ts';
import { FAULTS } from './faults.ts';
import { printedFault, printedSlowness } from './run.ts';

const fault = FAULTS.find(({ label }) => label === 'mysql_invalid_port');
const slow = printedSlowness('pod-delay', 3).opsCase;
const cases = fault ? [printedFault(fault, 3), slow] : [slow];

describe('a damaged print', () => {
  for (const damage of HARMFUL)
    it(`is read and diagnosed: ${damage.name}`, () => {
      for (const [seed, opsCase] of cases.entries()) {
        const input = caseInput(damage.apply(opsCase, seeded(seed + 1)));
        expect(diagnoseSnapshot(buildSnapshot(input), { version: 'x' }).verdict).toBeDefined();
      }
    });

  // What is made of described texts and tables is not checked again on its way into the engine.
  it('is read as objects that their schemas take as they are', () => {
    for (const damage of HARMFUL)
      for (const [seed, opsCase] of cases.entries()) {
        const { objects } = caseInput({ ...damage.apply(opsCase, seeded(seed + 3)), logs: null });
        expect(objects.filter((object) => parseObject(object).object !== object)).toEqual([]);
      }
  });
});
