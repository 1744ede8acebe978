import { scenario } from '../../../../../recordings/scenarios/ingress-class-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'V07-class',
  name: 'Ingress names a class nobody serves',
  lookAlikes: ['V09', 'V10'],
  scenario,
};
