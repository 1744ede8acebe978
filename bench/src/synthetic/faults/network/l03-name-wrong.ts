import { scenario } from '../../../../../recordings/scenarios/dns-name-wrong.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'L03-name',
  name: 'wrong name in the application',
  lookAlikes: ['K02', 'C04', 'V06'],
  scenario,
};
