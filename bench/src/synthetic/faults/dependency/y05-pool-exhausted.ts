import { scenario } from '../../../../../recordings/scenarios/pool-exhausted.ts';
import type { Fault } from '../../fault.ts';

export const fault: Fault = {
  code: 'Y05',
  name: 'connection pool or connection limit exhausted',
  lookAlikes: ['Y06', 'U05'],
  scenario,
};
