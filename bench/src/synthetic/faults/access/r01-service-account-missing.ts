import { scenario } from '../../../../../recordings/scenarios/service-account-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'R01',
  name: 'service account missing',
  lookAlikes: ['Q01', 'W01', 'W04'],
  scenario,
};
