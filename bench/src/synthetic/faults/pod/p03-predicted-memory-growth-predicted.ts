import { scenario } from '../../../../../recordings/scenarios/hard-metrics-only.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'P03-predicted',
  name: 'memory leak before the first death',
  lookAlikes: ['P01', 'U01', 'D01'],
  scenario,
};
