import { scenario } from '../../../../../recordings/scenarios/liveness-wrong-port.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'P07',
  name: 'liveness probe on the wrong port',
  lookAlikes: ['P08', 'P09'],
  scenario,
};
