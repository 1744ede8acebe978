import { scenario } from '../../../../../recordings/scenarios/cpu-throttling.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'U02',
  name: 'CPU throttled by its own limit',
  lookAlikes: ['U03', 'D01'],
  scenario,
};
