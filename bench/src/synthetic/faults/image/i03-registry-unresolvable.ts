import { scenario } from '../../../../../recordings/scenarios/registry-unresolvable.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'I03',
  name: 'registry name does not resolve',
  lookAlikes: ['I04', 'L01'],
  scenario,
};
