import type { Fault } from '../../fault.ts';
import { insufficient } from '../../kit/insufficient.ts';

export const fault: Fault = {
  code: 'S01',
  name: 'insufficient CPU',
  lookAlikes: ['S02', 'S08', 'Q01', 'H05'],
  scenario: insufficient({ resource: 'cpu', tooMuch: ['6', '8', '5500m', '12'], half: ['1500m', '1600m', '1450m'] }),
};
