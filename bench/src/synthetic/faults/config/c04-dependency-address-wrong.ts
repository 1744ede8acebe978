import { scenario } from '../../../../../recordings/scenarios/dependency-address-wrong.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'C04',
  name: 'wrong dependency address in an environment variable',
  lookAlikes: ['V02', 'L03', 'Y01'],
  scenario,
};
