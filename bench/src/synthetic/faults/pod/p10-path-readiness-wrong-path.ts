import { scenario } from '../../../../../recordings/scenarios/readiness-wrong-path.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'P10-path',
  name: 'readiness probe on a path that is not served',
  lookAlikes: ['Y01', 'V02'],
  scenario,
};
