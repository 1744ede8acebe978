import { scenario } from '../../../../../recordings/scenarios/webhook-unavailable.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'W01',
  name: 'webhook backend down, failurePolicy Fail',
  lookAlikes: ['R01', 'Q01', 'W02'],
  scenario,
};
