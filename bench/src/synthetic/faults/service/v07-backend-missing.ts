import { scenario } from '../../../../../recordings/scenarios/ingress-backend-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'V07-backend',
  name: 'Ingress leads to a Service that is not there',
  lookAlikes: ['V09', 'P10'],
  scenario,
};
