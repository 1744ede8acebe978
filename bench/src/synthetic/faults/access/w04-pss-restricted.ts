import { scenario } from '../../../../../recordings/scenarios/policy-denied.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'W04-pss',
  name: 'Pod Security refuses new pods',
  lookAlikes: ['Q01', 'R01', 'W01'],
  scenario,
};
