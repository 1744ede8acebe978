import { scenario } from '../../../../../recordings/scenarios/memory-limit-too-low.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'P02',
  name: 'memory limit too low to start',
  lookAlikes: ['P01', 'N02'],
  scenario,
};
