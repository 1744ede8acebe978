import { scenario } from '../../../../../recordings/scenarios/app-crash.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'P04',
  name: 'application crash on start',
  lookAlikes: ['P05', 'C05', 'C06', 'Y01'],
  scenario,
};
