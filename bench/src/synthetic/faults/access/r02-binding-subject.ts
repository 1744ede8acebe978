import { scenario } from '../../../../../recordings/scenarios/rbac-denied.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'R02-binding',
  name: 'role binding names another subject',
  lookAlikes: ['K09', 'R03'],
  scenario,
};
