import { scenario } from '../../../../../recordings/scenarios/hpa-no-requests.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'H02-requests',
  name: 'autoscaler target without requests',
  lookAlikes: ['Z05', 'H03', 'H02'],
  scenario,
};
