import { scenario } from '../../../../../recordings/scenarios/selector-mismatch.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'V01',
  name: 'Service selector matches nothing',
  lookAlikes: ['V03', 'P10'],
  scenario,
};
