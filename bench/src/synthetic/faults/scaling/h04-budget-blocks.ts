import { scenario } from '../../../../../recordings/scenarios/pdb-blocks.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'H04',
  name: 'disruption budget blocks a drain',
  lookAlikes: ['S08', 'P19'],
  scenario,
};
