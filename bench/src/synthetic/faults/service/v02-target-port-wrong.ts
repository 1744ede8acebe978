import { scenario } from '../../../../../recordings/scenarios/target-port-wrong.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'V02',
  name: 'Service leads to a port nothing listens on',
  lookAlikes: ['V03', 'V04', 'P10'],
  scenario,
};
