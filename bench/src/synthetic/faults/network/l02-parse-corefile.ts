import { scenario } from '../../../../../recordings/scenarios/dns-config-wrong.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'L02-parse',
  name: 'Corefile does not parse',
  lookAlikes: ['L01', 'V06'],
  scenario,
};
