import { scenario } from '../../../../../recordings/scenarios/key-missing.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'C03',
  name: 'key missing in a ConfigMap or Secret',
  lookAlikes: ['C01', 'C02'],
  scenario,
};
