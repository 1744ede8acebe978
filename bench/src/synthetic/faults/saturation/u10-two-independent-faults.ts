import { scenario } from '../../../../../recordings/scenarios/hard-two-faults.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'U10',
  name: 'two independent faults at once',
  lookAlikes: ['U07', 'I01', 'V01'],
  scenario,
};
